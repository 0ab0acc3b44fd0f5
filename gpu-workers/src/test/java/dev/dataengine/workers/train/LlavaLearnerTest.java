package dev.dataengine.workers.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.dataengine.benchmark.Sha256;
import dev.dataengine.events.Image;
import dev.dataengine.events.VqaSample;
import dev.dataengine.failure.Health;
import dev.dataengine.failure.MisconfiguredException;
import dev.dataengine.failure.Patience;
import dev.dataengine.serde.DeadLetters;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.workers.adapter.LoraConfig;
import dev.dataengine.workers.adapter.PeftFiles;
import dev.dataengine.workers.cluster.FakeCluster;
import dev.dataengine.workers.image.ImageFollower;
import dev.dataengine.workers.image.ImageResolver;
import dev.dataengine.workers.model.LlavaConfig;
import dev.dataengine.workers.model.LlavaModel;
import dev.dataengine.workers.model.PrecisionChoice;
import dev.dataengine.workers.tensor.PyTorch;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A training of the real model, over batches made by hand. */
class LlavaLearnerTest {

  private static final String BASE = "models/tiny-llava";
  private static final LoraConfig LORA =
      new LoraConfig(4, 8, 0.3, List.of("q_proj", "v_proj"), true);
  private static final Learner.Recorded FRESH = new Learner.Recorded(null, 3);

  @TempDir Path directory;

  @BeforeAll
  static void startElsewhere() {
    // on this thread, as the launcher's; trainings have threads of their own
    PyTorch.start();
  }

  private static TrainerConfig config(LoraConfig lora, PrecisionChoice precision, long seed) {
    return config(BASE, lora, precision, seed);
  }

  private static TrainerConfig config(
      String model, LoraConfig lora, PrecisionChoice precision, long seed) {
    TrainerConfig d = TrainerConfig.defaults(model, "unused");
    return new TrainerConfig(
        d.model(),
        d.worker(),
        model,
        d.checkpointDirectory(),
        precision,
        seed,
        4,
        d.maxWaitMs(),
        8,
        d.versionIntervalMs(),
        d.checkpointsKept(),
        100,
        List.of(),
        d.imageMaxBytes(),
        4,
        lora,
        AdamW.defaults());
  }

  private static LlavaLearner open(Learner.Recorded recorded) throws Exception {
    return LlavaLearner.open(config(LORA, PrecisionChoice.FLOAT32, 3), recorded, null);
  }

  /** Its losses depend on nothing but the samples and the weights. */
  private static LlavaLearner openWithoutDropout() throws Exception {
    LoraConfig lora = new LoraConfig(4, 8, 0, List.of("q_proj"), false);
    return LlavaLearner.open(config(lora, PrecisionChoice.FLOAT32, 3), FRESH, null);
  }

  /** The same batches every time. */
  private static List<List<LlavaSample>> batches(LlavaLearner learner, int count) {
    Random random = new Random(11);
    List<float[]> pixels = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      float[] noise = new float[learner.processor().length()];
      for (int k = 0; k < noise.length; k++) {
        noise[k] = (float) random.nextGaussian();
      }
      pixels.add(noise);
    }
    List<String> questions = List.of("Is it red?", "How many are there?", "Which is it?");
    List<String> answers = List.of("no", "yes", "the blue one", "4");
    List<List<LlavaSample>> batches = new ArrayList<>();
    for (int b = 0; b < count; b++) {
      List<LlavaSample> batch = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        int image = random.nextInt(3);
        batch.add(
            new LlavaSample(
                new LlavaSample.Image("sha-" + image, pixels.get(image)),
                "type",
                learner.tokenizer().question(questions.get(random.nextInt(3))),
                learner.tokenizer().answer(answers.get(random.nextInt(4)))));
      }
      batches.add(batch);
    }
    return batches;
  }

  /** What a learner is made of. */
  private record Parts(float[] values, float[] first, float[] second) {
    static Parts of(LlavaLearner learner) {
      FlatParameters p = learner.tuner().parameters();
      return new Parts(p.copyValues(), p.copyFirstMoment(), p.copySecondMoment());
    }

    void assertSameBits(Parts other) {
      assertThat(Arrays.equals(values, other.values)).as("values").isTrue();
      assertThat(Arrays.equals(first, other.first)).as("first moment").isTrue();
      assertThat(Arrays.equals(second, other.second)).as("second moment").isTrue();
    }
  }

  /** Trains steps from..to on a thread of its own, from a checkpoint or afresh. */
  private static Parts train(int from, int to, @Nullable Path start, @Nullable Path end)
      throws Exception {
    return onNewThread(
        () -> {
          try (LlavaLearner learner = open(FRESH)) {
            if (start != null) {
              learner.read(start);
            }
            List<List<LlavaSample>> batches = batches(learner, to);
            for (int number = from; number <= to; number++) {
              learner.step(number, 1, batches.get(number - 1));
            }
            if (end != null) {
              learner.write(end);
            }
            return Parts.of(learner);
          }
        });
  }

  private static <T> T onNewThread(Callable<T> work) throws Exception {
    FutureTask<T> task = new FutureTask<>(work);
    Thread thread = new Thread(task, "trainer");
    thread.start();
    return task.get();
  }

  /**
   * libtorch runs a function in another form from its third call on, with other dropout, unless the
   * calling thread has that switched off; so a run that begins anew in the middle shows the switch.
   */
  @Test
  void step_stoppedAndResumed_isTheUninterruptedTrainingToTheBit() throws Exception {
    Parts uninterrupted = train(1, 12, null, null);

    train(1, 7, null, directory);
    Parts resumed = train(8, 12, directory, null);

    resumed.assertSameBits(uninterrupted);
  }

  @Test
  void read_whatWasWritten_isTheSameLearner() throws Exception {
    Parts written = train(1, 3, null, directory);

    try (LlavaLearner learner = open(FRESH)) {
      Parts fresh = Parts.of(learner);
      assertThat(fresh.values()).isNotEqualTo(written.values());
      assertThat(fresh.first()).containsOnly(0f);
      learner.read(directory);
      Parts.of(learner).assertSameBits(written);
    }
    assertThat(PeftFiles.read(directory, LlavaConfig.read(Path.of(BASE))).values())
        .isEqualTo(written.values());
  }

  @Test
  void open_anotherSeed_beginsAndDropsOtherwise() throws Exception {
    try (LlavaLearner one = open(FRESH);
        LlavaLearner other = open(new Learner.Recorded(null, 4))) {
      assertThat(Parts.of(one).values()).isNotEqualTo(Parts.of(other).values());
      one.write(directory);
      other.read(directory);
      // an adapter's first output is nothing, which dropout does not change
      List<List<LlavaSample>> batches = batches(one, 2);
      one.step(1, 1, batches.get(0));
      other.step(1, 1, batches.get(0));
      assertThat(one.step(2, 1, batches.get(1)).loss())
          .isNotEqualTo(other.step(2, 1, batches.get(1)).loss());
    }
  }

  static List<LoraConfig> others() {
    return List.of(
        new LoraConfig(8, 8, 0.3, List.of("q_proj", "v_proj"), true),
        new LoraConfig(4, 16, 0.3, List.of("q_proj", "v_proj"), true),
        new LoraConfig(4, 8, 0.2, List.of("q_proj", "v_proj"), true),
        new LoraConfig(4, 8, 0.3, List.of("q_proj", "k_proj"), true),
        new LoraConfig(4, 8, 0.3, List.of("q_proj", "v_proj"), false));
  }

  @ParameterizedTest
  @MethodSource("others")
  void read_anotherLoraSetting_isRefusedWithBothAndTheRemedy(LoraConfig other) throws Exception {
    try (LlavaLearner learner = open(FRESH)) {
      learner.write(directory);
    }
    try (LlavaLearner learner =
        LlavaLearner.open(config(other, PrecisionChoice.FLOAT32, 3), FRESH, null)) {
      assertThatThrownBy(() -> learner.read(directory))
          .isInstanceOf(MisconfiguredException.class)
          .hasMessageContaining(
              "was trained with trainer.lora rank 4, alpha 8.0, dropout 0.3, targets [q_proj,"
                  + " v_proj], projector true, configured is rank "
                  + other.rank())
          .hasMessageContaining("begin anew in another checkpoint-directory");
    }
  }

  @Test
  void read_targetsInAnotherOrderAndAnotherOptimizer_goesOn() throws Exception {
    try (LlavaLearner learner = open(FRESH)) {
      learner.write(directory);
    }
    LoraConfig turned = new LoraConfig(4, 8, 0.3, List.of("v_proj", "q_proj"), true);
    try (LlavaLearner learner =
        LlavaLearner.open(config(turned, PrecisionChoice.FLOAT32, 3), FRESH, null)) {
      learner.read(directory);
      assertThat(Files.exists(directory.resolve("optimizer.safetensors"))).isTrue();
    }
  }

  @Test
  void open_brokenModelDirectory_isMisconfigured(@TempDir Path broken) throws Exception {
    TrainerConfig config = config(broken.toString(), LORA, PrecisionChoice.FLOAT32, 3);
    for (String file : List.of("config.json", "preprocessor_config.json", "tokenizer.json")) {
      Files.copy(
          Path.of(BASE).resolve(file), broken.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }

    assertThatThrownBy(() -> LlavaLearner.open(config, FRESH, null))
        .isInstanceOf(MisconfiguredException.class)
        .hasMessageStartingWith("trainer.model-directory '" + broken + "' cannot be used: ");
  }

  @Test
  void open_autoPrecision_isTheRecordedOne() throws Exception {
    for (String recorded : List.of("float32", "bfloat16")) {
      try (LlavaLearner learner =
          LlavaLearner.open(
              config(LORA, PrecisionChoice.AUTO, 3), new Learner.Recorded(recorded, 3), null)) {
        assertThat(learner.identity().precision()).isEqualTo(recorded);
      }
    }
    try (LlavaLearner learner =
        LlavaLearner.open(
            config(LORA, PrecisionChoice.FLOAT32, 3), new Learner.Recorded("bfloat16", 3), null)) {
      // what is configured in so many words stands, and the training is refused
      assertThat(learner.identity().precision()).isEqualTo("float32");
    }
    assertThatThrownBy(
            () ->
                LlavaLearner.open(
                    config(LORA, PrecisionChoice.AUTO, 3), new Learner.Recorded("float4", 3), null))
        .isInstanceOf(MisconfiguredException.class)
        .hasMessageContaining("float4");
  }

  @Test
  void step_lossesOfSamples_areTheirs() throws Exception {
    try (LlavaLearner learner = openWithoutDropout()) {
      List<LlavaSample> batch = batches(learner, 1).get(0);
      learner.write(directory);
      Learner.Step together = learner.step(1, 1, batch);
      double sum = 0;
      int tokens = 0;
      for (int i = 0; i < batch.size(); i++) {
        learner.read(directory);
        Learner.Step alone = learner.step(1, 1, List.of(batch.get(i)));
        assertThat(alone.sampleLosses()).hasSize(1);
        assertThat(alone.sampleLosses()[0]).isCloseTo(alone.loss(), within(1e-5));
        assertThat(together.sampleLosses()[i]).isCloseTo(alone.loss(), within(1e-4));
        sum += alone.loss() * batch.get(i).answer().length;
        tokens += batch.get(i).answer().length;
      }
      assertThat(together.loss()).isCloseTo(sum / tokens, within(1e-4));
      assertThat(together.isApplied()).isTrue();
      assertThat(together.gradientNorm()).isPositive();
    }
  }

  /** More than one row holds: attention would take memory as the square of all of them. */
  @Test
  void step_manyLongSamplesOfOneImage_lossesAreTheirs() throws Exception {
    try (LlavaLearner learner = openWithoutDropout()) {
      List<LlavaSample> batch = new ArrayList<>();
      LlavaSample one = batches(learner, 1).get(0).get(0);
      for (int i = 0; i < 6; i++) {
        long[] question = learner.tokenizer().question("Is it red? ".repeat(60 + i));
        batch.add(new LlavaSample(one.image(), "type", question, one.answer()));
      }
      assertThat(batch.stream().mapToInt(s -> s.question().length).sum()).isGreaterThan(1_200);
      learner.write(directory);
      double[] together = learner.step(1, 1, batch).sampleLosses();
      for (int i = 0; i < batch.size(); i++) {
        learner.read(directory);
        assertThat(together[i])
            .isCloseTo(learner.step(1, 1, List.of(batch.get(i))).loss(), within(1e-4));
      }
    }
  }

  private static VqaSample sample(String question, String answer) {
    return VqaSample.newBuilder()
        .setSampleId("s-1")
        .setImageId("i")
        .setImageSha256("0".repeat(64))
        .setQuestion(question)
        .setChoices(List.of(answer, "no", "two", "three"))
        .setCorrectChoice(0)
        .setAnswer(answer)
        .setQuestionType("type")
        .setBenchmark("scenes")
        .setWeightSequence(1)
        .setGenerator("test")
        .setCreatedAt(Instant.EPOCH)
        .build();
  }

  @Test
  void prepare_questionThatIsNoneOrTooLong_isRefusedWithTheSample() throws Exception {
    try (LlavaLearner learner = open(FRESH)) {
      assertThatThrownBy(() -> learner.prepare(sample(" ", "yes")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("sample s-1: expected a question and an answer, one is blank");
      assertThatThrownBy(() -> learner.prepare(sample("Is it?", "\t")))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> learner.prepare(sample("why ".repeat(600), "yes")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("sample s-1: expected at most 512 tokens of question and answer");
      // sound as far as the text goes
      assertThatThrownBy(() -> learner.prepare(sample("Is it red?", "yes")))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  private static byte[] picture(int rgb) throws Exception {
    BufferedImage picture = new BufferedImage(64, 48, BufferedImage.TYPE_INT_RGB);
    picture.setRGB(20, 20, rgb);
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(picture, "png", png);
    return png.toByteArray();
  }

  private static void publish(FakeCluster cluster, EventSerde<Image> serde, byte[] png) {
    Image image =
        Image.newBuilder()
            .setImageId("i")
            .setBytes(ByteBuffer.wrap(png))
            .setSha256(Sha256.hex(png))
            .setWidth(64)
            .setHeight(48)
            .setSource("test")
            .setPublishedAt(Instant.EPOCH)
            .build();
    cluster.append("images", 0, "i", serde.serialize("images", image));
  }

  private LlavaLearner open(FakeCluster cluster, EventSerde<Image> serde) throws Exception {
    return LlavaLearner.open(
        config(LORA, PrecisionChoice.FLOAT32, 3),
        FRESH,
        ImageFollower.open(
            cluster,
            "worker",
            serde,
            new Patience(() -> true, new Health()),
            DeadLetters.through("trainer", cluster.producer("letters", Map.of())),
            directory.resolve("images.cache"),
            new ImageResolver(List.of(), 100_000)));
  }

  private static VqaSample about(String imageId, String sha256) {
    return VqaSample.newBuilder(sample("Is it red?", "yes"))
        .setImageId(imageId)
        .setImageSha256(sha256)
        .build();
  }

  @Test
  void prepare_imageThatWasReplaced_isRefusedWithBothThoughItIsCached() throws Exception {
    FakeCluster cluster = new FakeCluster().topic("images", 1);
    EventSerde<Image> serde = EventSerde.of(Image.class, new MockSchemaRegistryClient());
    byte[] red = picture(0xff0000);
    byte[] blue = picture(0x0000ff);
    publish(cluster, serde, red);
    try (LlavaLearner learner = open(cluster, serde)) {
      LlavaSample sound = learner.prepare(about("i", Sha256.hex(red)));
      assertThat(sound.image().sha256()).isEqualTo(Sha256.hex(red));
      assertThat(sound.image().decoded()).hasSize(learner.processor().length());
      learner.step(1, 1, List.of(sound));
      assertThat(learner.prepare(about("i", Sha256.hex(red))).image().decoded()).isNull();

      // before it is published, and when it has taken the other's place
      String expected =
          "sample s-1: image 'i' was replaced: the sample is about sha256 %s, the topic has %s";
      assertThatThrownBy(() -> learner.prepare(about("i", Sha256.hex(blue))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(expected.formatted(Sha256.hex(blue), Sha256.hex(red)));
      publish(cluster, serde, blue);
      assertThat(learner.prepare(about("i", Sha256.hex(blue))).image().sha256())
          .isEqualTo(Sha256.hex(blue));
      assertThatThrownBy(() -> learner.prepare(about("i", Sha256.hex(red))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(expected.formatted(Sha256.hex(red), Sha256.hex(blue)));
      assertThatThrownBy(() -> learner.prepare(about("another", Sha256.hex(red))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("sample s-1: image 'another' is not in the topic images");
    }
  }

  @Test
  void step_imageThatGivesNoNumber_changesNothing() throws Exception {
    try (LlavaLearner learner = open(FRESH)) {
      List<List<LlavaSample>> batches = batches(learner, 3);
      learner.step(1, 1, batches.get(0));
      Parts before = Parts.of(learner);
      float[] bad = new float[learner.processor().length()];
      Arrays.fill(bad, Float.NaN);
      LlavaSample good = batches.get(1).get(0);
      LlavaSample poison =
          new LlavaSample(
              new LlavaSample.Image("bad", bad), "type", good.question(), good.answer());

      Learner.Step step = learner.step(2, 1, List.of(good, poison));

      assertThat(step.isApplied()).isFalse();
      Parts.of(learner).assertSameBits(before);
      assertThat(learner.step(2, 1, batches.get(1)).isApplied()).isTrue();
      assertThat(Parts.of(learner).values()).isNotEqualTo(before.values());
    }
  }

  @Test
  void step_rateFactor_scalesTheUpdate() throws Exception {
    try (LlavaLearner learner = open(FRESH)) {
      List<LlavaSample> batch = batches(learner, 1).get(0);
      Parts start = Parts.of(learner);
      learner.write(directory);
      learner.step(1, 1, batch);
      Parts whole = Parts.of(learner);
      learner.read(directory);
      learner.step(1, 0.5, batch);
      Parts half = Parts.of(learner);

      double full = distance(start.values(), whole.values());
      assertThat(distance(start.values(), half.values())).isCloseTo(full / 2, within(full * 1e-3));
      assertThat(half.first()).isEqualTo(whole.first());
    }
  }

  private static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.pow((double) a[i] - b[i], 2);
    }
    return Math.sqrt(sum);
  }

  @Test
  void identity_isThatOfTheDirectory() throws Exception {
    try (LlavaLearner learner = open(FRESH)) {
      Learner.Identity identity = learner.identity();
      assertThat(identity.name()).isEqualTo("tiny-llava");
      assertThat(identity.base()).isEqualTo(LlavaModel.identity(Path.of(BASE)));
      assertThat(identity.formerBases()).containsExactly(LlavaModel.formerIdentity(Path.of(BASE)));
      assertThat(identity.precision()).isEqualTo("float32");
    }
  }
}
