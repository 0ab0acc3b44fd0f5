package dev.dataengine.producers.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dataengine.events.BadCase;
import dev.dataengine.events.Image;
import dev.dataengine.events.RejectionReason;
import dev.dataengine.events.VqaSample;
import dev.dataengine.producers.images.ImageSource;
import dev.dataengine.producers.images.ImageSources;
import dev.dataengine.producers.images.TestData;
import dev.dataengine.producers.loop.FakeWorld;
import dev.dataengine.producers.rules.RulesWriter;
import dev.dataengine.producers.scenes.SceneImages;
import dev.dataengine.producers.scenes.SceneSpace;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class SampleGeneratorTest {

  private static SampleGenerator generator(BenchmarkGuard guard, int images) {
    SampleGenerator generator =
        new SampleGenerator(
            Fixtures.config(512, 64, 4_096),
            new RulesSampleWriter(),
            guard,
            new SplittableRandom(1),
            new FakeWorld().parts());
    for (int i = 0; i < images; i++) {
      Image image =
          SceneImages.annotation(SceneSpace.PUBLISHED.generator(1).scene(i), Instant.EPOCH);
      image.setSha256(Fixtures.sha(image.getImageId()));
      generator.images().put(image);
    }
    return generator;
  }

  private static List<Outcome> outcomes(SampleGenerator generator, int count) {
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      outcomes.add(generator.next());
    }
    return outcomes;
  }

  private static List<VqaSample> made(List<Outcome> outcomes) {
    return outcomes.stream()
        .filter(Outcome.Made.class::isInstance)
        .map(o -> ((Outcome.Made) o).sample())
        .toList();
  }

  @Test
  void next_beforeTheFirstWeights_isNothing() {
    assertThat(generator(Fixtures.guard(), 3).next()).isInstanceOf(Outcome.Nothing.class);
  }

  @Test
  void next_weights_drawTypesByProbabilityAndLettersEvenly() {
    SampleGenerator generator = generator(Fixtures.guard(), 400);
    generator.follow(
        Fixtures.weights(5, Map.of("attribute_recognition", 0.75, "image_scene", 0.25)));
    List<VqaSample> samples = made(outcomes(generator, 2_000));

    double share =
        samples.stream().filter(s -> s.getQuestionType().equals("attribute_recognition")).count()
            / (double) samples.size();
    assertThat(samples).hasSizeGreaterThan(1_500);
    assertThat(share).isBetween(0.70, 0.82);
    for (int letter = 0; letter < 4; letter++) {
      int chosen = letter;
      double part =
          samples.stream().filter(s -> s.getCorrectChoice() == chosen).count()
              / (double) samples.size();
      assertThat(part).isBetween(0.21, 0.29);
    }
    Set<String> ids = new HashSet<>();
    for (VqaSample sample : samples) {
      assertThat(ids.add(sample.getSampleId())).isTrue();
      assertThat(sample.getChoices()).hasSize(4);
      assertThat(sample.getChoices().get(sample.getCorrectChoice())).isEqualTo(sample.getAnswer());
      assertThat(sample.getWeightSequence()).isEqualTo(5);
    }
  }

  @Test
  void next_sameQuestionOfAnImage_isRefusedAsDuplicate() {
    SampleGenerator generator = generator(Fixtures.guard(), 1);
    generator.follow(Fixtures.weights(1, Map.of("image_scene", 1.0)));
    List<Outcome> outcomes = outcomes(generator, 200);
    assertThat(made(outcomes)).hasSize(3); // as many as there are phrasings
    assertThat(outcomes)
        .filteredOn(Outcome.Refused.class::isInstance)
        .hasSize(197)
        .allMatch(o -> ((Outcome.Refused) o).rejected().getReason() == RejectionReason.DUPLICATE);
  }

  @Test
  void next_unknownTypeBesideKnown_isReportedOnceAndTheOtherGoesOn() {
    SampleGenerator generator = generator(Fixtures.guard(), 200);
    generator.follow(Fixtures.weights(1, Map.of("mystery", 0.5, "attribute_recognition", 0.5)));
    List<Outcome> outcomes = outcomes(generator, 100);
    assertThat(made(outcomes)).hasSizeGreaterThan(80);
    assertThat(outcomes)
        .filteredOn(
            o ->
                o instanceof Outcome.Refused r
                    && r.rejected().getReason() == RejectionReason.NOT_APPLICABLE)
        .hasSize(1);
  }

  @Test
  void next_onlyUnknownTypes_isNothingAfterOneReport() {
    SampleGenerator generator = generator(Fixtures.guard(), 5);
    generator.follow(Fixtures.weights(1, Map.of("mystery", 1.0)));
    assertThat(generator.next()).isInstanceOf(Outcome.Refused.class);
    assertThat(generator.next()).isInstanceOf(Outcome.Nothing.class);
  }

  @Test
  void follows_anotherBenchmarkOrModel_isFalse() {
    SampleGenerator generator = generator(Fixtures.guard(), 5);
    var update = Fixtures.weights(1, Map.of("image_scene", 1.0));
    assertThat(generator.follows(update)).isTrue();
    update.setBenchmark("other");
    assertThat(generator.follows(update)).isFalse();
    update.setBenchmark("scenes");
    update.setModel("m2");
    assertThat(generator.follows(update)).isFalse();
  }

  @Test
  void next_badCasesOfAnotherBenchmarkOrModel_areNoExamples() {
    SampleGenerator generator = generator(Fixtures.guard(), 200);
    generator.follow(Fixtures.weights(1, Map.of("image_scene", 1.0)));
    BadCase benchmark = Fixtures.badCase("a", "image_scene", "x");
    benchmark.setBenchmark("other");
    BadCase model = Fixtures.badCase("b", "image_scene", "x");
    model.setModel("m2");
    generator.learn(benchmark);
    generator.learn(model);

    assertThat(made(outcomes(generator, 5)))
        .isNotEmpty()
        .allSatisfy(s -> assertThat(s.getInContextIds()).isEmpty());
  }

  @Test
  void next_writerThrows_isRejectedAndTheNextImageGoesOn() {
    AtomicInteger calls = new AtomicInteger();
    SampleWriter odd =
        new SampleWriter() {
          @Override
          public String name() {
            return "test/1";
          }

          @Override
          public Writing write(
              Image image, String type, List<BadCase> examples, RandomGenerator random) {
            if (calls.getAndIncrement() == 0) {
              throw new IllegalStateException("no idea what this is");
            }
            return new Writing.Written(
                new Draft("What?", List.of("a", "b", "c", "d"), 0, "because ".repeat(9_999), ""));
          }
        };
    SampleGenerator generator = Fixtures.generator(100, odd);
    generator.follow(Fixtures.weights(1, Map.of("t", 1.0)));
    generator.images().put(Fixtures.image("a", "a"));

    List<Outcome> outcomes = outcomes(generator, 2);

    assertThat(outcomes.get(0))
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused -> {
              assertThat(refused.rejected().getReason()).isEqualTo(RejectionReason.UNPARSABLE);
              assertThat(refused.rejected().getDetail())
                  .isEqualTo("the writer failed on the image: no idea what this is");
              assertThat(refused.rejected().getImageId()).isEqualTo("a");
            });
    assertThat(made(outcomes)).hasSize(1);
    assertThat(made(outcomes).get(0).getRationale()).hasSize(10_001);
    assertThat(made(outcomes).get(0).getModel()).isEqualTo("m");
  }

  @Test
  void put_heldOutImage_isNeverDrawn() {
    Image held = SceneImages.image(SceneSpace.PUBLISHED.generator(1).scene(0), Instant.EPOCH);
    SampleGenerator generator = generator(Fixtures.guard(held.getImageId(), "?"), 1);
    assertThat(generator.images().size()).isZero();
  }

  @Test
  void next_badCasesOfTheType_areNamedAsExamples() {
    SampleGenerator generator = generator(Fixtures.guard(), 200);
    generator.follow(Fixtures.weights(1, Map.of("image_scene", 1.0)));
    for (int i = 0; i < 5; i++) {
      generator.learn(Fixtures.badCase("bad" + i, "image_scene", "x"));
    }
    assertThat(made(outcomes(generator, 50)))
        .allSatisfy(
            s ->
                assertThat(s.getInContextIds())
                    .hasSize(2)
                    .doesNotHaveDuplicates()
                    .allMatch(id -> id.startsWith("bad")));
  }

  /** Notes the images that it is asked about, by content; gives the same answer to all. */
  private record Asked(List<String> images, Writing answer) implements SampleWriter {

    @Override
    public String name() {
      return "test/1";
    }

    @Override
    public Writing write(Image image, String type, List<BadCase> examples, RandomGenerator random) {
      images.add(image.getSha256());
      return answer;
    }
  }

  @Test
  void next_imageAllowsNoQuestion_everyFurtherTryIsAboutAnother() {
    Asked writer = new Asked(new ArrayList<>(), new Writing.NotApplicable());
    SampleGenerator generator = Fixtures.generator(100, writer);
    for (int i = 0; i < 500; i++) {
      generator.images().put(Fixtures.image("i" + i, "c" + i));
    }
    generator.follow(Fixtures.weights(1, Map.of("t", 1.0)));

    generator.next();

    // By chance one of 17 of 500 may come twice; in rows of four there would be five.
    assertThat(writer.images()).hasSize(17);
    assertThat(Set.copyOf(writer.images())).hasSizeGreaterThan(14);
  }

  @Test
  void next_imageThatAllowsQuestions_isAskedAboutSoOftenInARow() {
    Asked writer = new Asked(new ArrayList<>(), new Writing.Unparsable("", ""));
    SampleGenerator generator = Fixtures.generator(100, writer);
    for (int i = 0; i < 500; i++) {
      generator.images().put(Fixtures.image("i" + i, "c" + i));
    }
    generator.follow(Fixtures.weights(1, Map.of("t", 1.0)));

    outcomes(generator, 40);

    for (int i = 0; i < 40; i += 4) {
      assertThat(Set.copyOf(writer.images().subList(i, i + 4))).hasSize(1);
    }
    assertThat(Set.copyOf(writer.images())).hasSizeGreaterThan(7);
  }

  /** Of 400 images one is near; drawn at random it would be asked about once. */
  @Test
  void next_badCaseWithAnEmbedding_halfOfTheImagesAreNearIt() {
    Asked writer = new Asked(new ArrayList<>(), new Writing.Unparsable("", ""));
    SampleGenerator generator = Fixtures.generator(100, writer);
    for (int i = 0; i < 400; i++) {
      Image image = Fixtures.image("i" + i, "c" + i);
      double angle = i == 0 ? 0 : Math.PI / 2 + i * 0.003;
      image.setEmbedding(
          new ArrayList<>(List.of((float) Math.cos(angle), (float) Math.sin(angle))));
      generator.images().put(image);
    }
    Image asked = Fixtures.image("bad", "bad");
    asked.setEmbedding(new ArrayList<>(List.of(1f, 0.01f)));
    generator.images().put(asked);
    generator.images().remove("i0");
    Image near = Fixtures.image("near", "near");
    near.setEmbedding(new ArrayList<>(List.of(1f, 0f)));
    generator.images().put(near);
    generator.follow(Fixtures.weights(1, Map.of("t", 1.0)));
    generator.learn(Fixtures.badCase("b", "t", "bad"));

    outcomes(generator, 4_000);

    Set<String> close = Set.of(Fixtures.sha("bad"), Fixtures.sha("near"));
    double share = writer.images().stream().filter(close::contains).count() / 4_000.0;
    // half of the time one of 256 draws from 401 finds one of the two in 72 of 100
    assertThat(share).isBetween(0.30, 0.44);
  }

  @Test
  void next_noImageFits_isReportedAgainAfterTheInterval() {
    FakeWorld world = new FakeWorld();
    SampleGenerator generator =
        new SampleGenerator(
            Fixtures.config(512, 64, 100),
            new Asked(new ArrayList<>(), new Writing.NotApplicable()),
            Fixtures.guard(),
            new SplittableRandom(1),
            world.parts());
    generator.images().put(Fixtures.image("a", "a"));
    generator.follow(Fixtures.weights(1, Map.of("t", 1.0)));
    assertThat(generator.next()).isInstanceOf(Outcome.Refused.class);
    world.time.pass(java.time.Duration.ofMillis(9_999));
    assertThat(generator.next()).isInstanceOf(Outcome.Nothing.class);
    world.time.pass(java.time.Duration.ofMillis(2));
    assertThat(generator.next()).isInstanceOf(Outcome.Refused.class);
    generator.follow(Fixtures.weights(2, Map.of("u", 1.0)));
    generator.follow(Fixtures.weights(3, Map.of("t", 1.0)));
    assertThat(generator.next())
        .as("a type that was away is new")
        .isInstanceOf(Outcome.Refused.class);
  }

  @Test
  void next_sharedImageReplacedOrRemoved_isNotAskedAboutAgain() {
    Asked writer = new Asked(new ArrayList<>(), new Writing.Unparsable("", ""));
    SampleGenerator generator = Fixtures.generator(100, writer);
    generator.follow(Fixtures.weights(1, Map.of("t", 1.0)));
    generator.images().put(Fixtures.image("a", "old"));
    outcomes(generator, 2);
    generator.images().put(Fixtures.image("a", "new"));
    outcomes(generator, 2);
    generator.images().remove("a");
    generator.images().put(Fixtures.image("b", "b"));
    outcomes(generator, 1);

    assertThat(writer.images())
        .containsExactly(
            Fixtures.sha("old"),
            Fixtures.sha("old"),
            Fixtures.sha("new"),
            Fixtures.sha("new"),
            Fixtures.sha("b"));
  }

  @Test
  void next_writerAnswersWithABook_isRejectedWithItsBeginning() {
    Writing book = new Writing.Unparsable("word ".repeat(1_000_000), "no question");
    SampleGenerator generator = Fixtures.generator(100, new Asked(new ArrayList<>(), book));
    generator.follow(Fixtures.weights(1, Map.of("t", 1.0)));
    generator.images().put(Fixtures.image("a", "a"));

    Outcome.Refused refused = (Outcome.Refused) generator.next();

    assertThat(refused.rejected().getRawText()).startsWith("word word").hasSize(10_001);
  }

  /** The rules' own questions pass every check: what is refused would be a fault of one of both. */
  @Test
  @Tag("large")
  void check_rulesOnScenesNlvrAndEasyVqa_acceptsAll() throws IOException {
    SampleChecks checks = new SampleChecks(Fixtures.guard(), new RecentQuestions(0));
    RulesSampleWriter writer = new RulesSampleWriter();
    SplittableRandom random = new SplittableRandom(1);
    List<String> types = new ArrayList<>(new RulesWriter().types());
    types.addAll(List.of("shape", "colour", "presence", "negation"));
    for (String spec :
        List.of(
            "scenes",
            "nlvr:" + TestData.folder("nlvr"),
            "easy-vqa:" + TestData.folder("easy-vqa").resolve("train"))) {
      int written = 0;
      try (ImageSource source = ImageSources.parse(spec, 0)) {
        for (int i = 0; i < 400; i++) {
          Image image = source.image(i, Instant.EPOCH);
          for (String type : types) {
            if (writer.write(image, type, List.of(), random) instanceof Writing.Written w) {
              assertThat(checks.check(w.draft(), image))
                  .as("%s", w.draft())
                  .isInstanceOf(CheckResult.Accepted.class);
              written++;
            }
          }
        }
      }
      assertThat(written).as(spec).isGreaterThan(800);
    }
  }

  @Test
  void config_outOfRange_isRefusedWithItsKey() {
    assertThatThrownBy(
            () -> new GeneratorConfig("b", "m", List.of(), "t", 0, 64, 100, 10, 10, 10, 1, 4, 1, 1))
        .hasMessage("max-ahead: expected 1..1000000, got 0");
    assertThatThrownBy(
            () ->
                new GeneratorConfig("b", "a|b", List.of(), "t", 1, 64, 100, 10, 10, 10, 1, 4, 1, 1))
        .hasMessage("model: expected letters, digits, '.', '_', '-', got 'a|b'");
  }
}
