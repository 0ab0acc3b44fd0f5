package dev.dataengine.workers.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.dataengine.benchmark.Sha256;
import dev.dataengine.events.VqaSample;
import dev.dataengine.failure.MisconfiguredException;
import dev.dataengine.workers.adapter.LoraConfig;
import dev.dataengine.workers.adapter.PeftFiles;
import dev.dataengine.workers.image.FeatureCache;
import dev.dataengine.workers.image.ImageFollower;
import dev.dataengine.workers.image.ImageProcessor;
import dev.dataengine.workers.image.RgbImage;
import dev.dataengine.workers.model.Batch;
import dev.dataengine.workers.model.ImageRows;
import dev.dataengine.workers.model.LlavaModel;
import dev.dataengine.workers.model.ModelDirectory;
import dev.dataengine.workers.model.Precision;
import dev.dataengine.workers.model.PrecisionChoice;
import dev.dataengine.workers.model.PromptTokenizer;
import dev.dataengine.workers.model.RowPacker;
import dev.dataengine.workers.tensor.NativeMemory;
import dev.dataengine.workers.tensor.SafeTensors;
import dev.dataengine.workers.tensor.SafeTensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A LLaVA model's adapter. A step's samples about one image share a row, so that the image's tokens
 * are computed once; the loss is the same as with a row each. Files: the adapter in PEFT's format
 * and Adam's moments.
 */
final class LlavaLearner implements Learner<LlavaSample> {

  static final String DIRECTORY_KEY = "trainer.model-directory";

  private static final String MOMENTS = "optimizer.safetensors";

  /** Longer questions are not trained on: no writer of ours comes near, and memory is bounded. */
  private static final int MAX_TOKENS = 512;

  /** Tokens of questions and answers that share a row. */
  private static final int ROW_TOKENS = 1_024;

  private final NDManager manager;
  private final LlavaModel model;
  private final PromptTokenizer tokenizer;
  private final ImageProcessor processor;
  private final FeatureCache cache;
  private final FineTuner tuner;
  private final Identity identity;
  private final @Nullable ImageFollower images;

  private LlavaLearner(
      TrainerConfig config,
      Recorded recorded,
      NDManager manager,
      LlavaModel model,
      PromptTokenizer tokenizer,
      @Nullable ImageFollower images)
      throws IOException {
    Path base = Path.of(config.modelDirectory());
    this.manager = manager;
    this.model = model;
    this.tokenizer = tokenizer;
    this.images = images;
    this.processor = ImageProcessor.load(base);
    this.cache = new FeatureCache(manager, model, processor.side(), config.featureCacheImages());
    this.tuner = new FineTuner(manager, model, config.lora(), config.optimizer(), recorded.seed());
    this.identity =
        new Identity(
            base.getFileName().toString(),
            LlavaModel.identity(base),
            Set.of(LlavaModel.formerIdentity(base)),
            model.precision().text());
  }

  /**
   * Loads a base with a fresh adapter.
   *
   * @param images where a sample's image is found, which the learner closes; null where samples are
   *     made by hand
   * @throws MisconfiguredException where the model's directory cannot be used
   */
  static LlavaLearner open(TrainerConfig config, Recorded recorded, @Nullable ImageFollower images)
      throws IOException {
    Path base = Path.of(config.modelDirectory());
    NDManager manager = NDManager.newBaseManager();
    try {
      LlavaModel model = LlavaModel.load(manager, base, precision(config, recorded));
      return new LlavaLearner(
          config, recorded, manager, model, PromptTokenizer.load(base, model.config()), images);
    } catch (IOException | RuntimeException e) {
      manager.close();
      if (images != null) {
        images.close();
      }
      if (e instanceof RuntimeException failure) {
        throw failure;
      }
      throw ModelDirectory.unusable(DIRECTORY_KEY, config.modelDirectory(), e);
    }
  }

  /** What was recorded, where it is left to us. */
  private static PrecisionChoice precision(TrainerConfig config, Recorded recorded) {
    return config.precision() == PrecisionChoice.AUTO && recorded.precision() != null
        ? Precision.named(recorded.precision())
            .map(PrecisionChoice::of)
            .orElseThrow(
                () ->
                    new MisconfiguredException(
                        "the checkpoint was trained in '%s', which this version does not know"
                            .formatted(recorded.precision())))
        : config.precision();
  }

  @Override
  public Identity identity() {
    return identity;
  }

  FineTuner tuner() {
    return tuner;
  }

  PromptTokenizer tokenizer() {
    return tokenizer;
  }

  ImageProcessor processor() {
    return processor;
  }

  @Override
  public LlavaSample prepare(VqaSample sample) throws Exception {
    if (sample.getQuestion().isBlank() || sample.getAnswer().isBlank()) {
      throw refused(sample, "expected a question and an answer, one is blank");
    }
    long[] question = tokenizer.question(sample.getQuestion());
    long[] answer = tokenizer.answer(sample.getAnswer());
    if (question.length + answer.length > MAX_TOKENS) {
      throw refused(
          sample,
          "expected at most %d tokens of question and answer, got %d"
              .formatted(MAX_TOKENS, question.length + answer.length));
    }
    return new LlavaSample(image(sample), sample.getQuestionType(), question, answer);
  }

  private LlavaSample.Image image(VqaSample sample) throws IOException {
    if (images == null) {
      throw new IllegalStateException("this learner has no images");
    }
    String sha256 = sample.getImageSha256();
    String found =
        images
            .sha256(sample.getImageId(), sha256)
            .orElseThrow(
                () ->
                    refused(
                        sample, "image '" + sample.getImageId() + "' is not in the topic images"));
    if (!found.equals(sha256)) {
      throw refused(
          sample,
          "image '%s' was replaced: the sample is about sha256 %s, the topic has %s"
              .formatted(sample.getImageId(), sha256, found));
    }
    if (cache.contains(sha256)) {
      return new LlavaSample.Image(sha256, null);
    }
    byte[] bytes = images.read(sample.getImageId());
    if (!Sha256.hex(bytes).equals(sha256)) {
      throw refused(
          sample,
          "image '%s': expected bytes of sha256 %s, got %s"
              .formatted(sample.getImageId(), sha256, Sha256.hex(bytes)));
    }
    return new LlavaSample.Image(sha256, processor.process(RgbImage.decode(bytes)));
  }

  private static IllegalArgumentException refused(VqaSample sample, String why) {
    return new IllegalArgumentException("sample " + sample.getSampleId() + ": " + why);
  }

  @Override
  public Step step(long number, double rateFactor, List<LlavaSample> batch) {
    List<List<Integer>> rows = rows(batch);
    RowPacker packer = new RowPacker();
    List<LlavaSample.Image> rowImages = new ArrayList<>();
    for (List<Integer> row : rows) {
      rowImages.add(decoded(row.stream().map(batch::get).toList()));
      packer.row(tokenizer.imagePrefix());
      row.forEach(i -> packer.segment(batch.get(i).question(), batch.get(i).answer()));
    }
    try (NDManager scope = tuner.newScope()) {
      NDArray features = cache.features(scope, rowImages);
      Batch packed = packer.pack(scope);
      FineTuner.Gradient gradient = tuner.gradient(scope, number, packed, features);
      Step step =
          new Step(gradient.loss(), gradient.norm(), bySample(batch, rows, gradient.losses()));
      // last: what throws before it has changed nothing
      if (step.isApplied()) {
        tuner.update(scope, number, rateFactor, gradient);
      }
      return step;
    }
  }

  /** Places in the batch, by rows. */
  private static List<List<Integer>> rows(List<LlavaSample> batch) {
    return ImageRows.of(
        IntStream.range(0, batch.size()).boxed().toList(),
        i -> batch.get(i).image().sha256(),
        i -> batch.get(i).question().length + batch.get(i).answer().length,
        ROW_TOKENS,
        batch.size());
  }

  /** Means over each sample's tokens; losses are in the order of rows and their segments. */
  private static double[] bySample(
      List<LlavaSample> batch, Iterable<List<Integer>> rows, float[] losses) {
    double[] means = new double[batch.size()];
    int at = 0;
    for (List<Integer> row : rows) {
      for (int i : row) {
        int tokens = batch.get(i).answer().length;
        double sum = 0;
        for (int t = 0; t < tokens; t++) {
          sum += losses[at++];
        }
        means[i] = sum / tokens;
      }
    }
    return means;
  }

  /** The image as one of the row's samples decoded it, if any had to. */
  private static LlavaSample.Image decoded(List<LlavaSample> row) {
    return row.stream()
        .map(LlavaSample::image)
        .filter(image -> image.decoded() != null)
        .findFirst()
        .orElse(row.get(0).image());
  }

  @Override
  public void write(Path directory) throws IOException {
    FlatParameters parameters = tuner.parameters();
    PeftFiles.write(directory, tuner.layout(), parameters.copyValues(), identity.name());
    float[] first = parameters.copyFirstMoment();
    float[] second = parameters.copySecondMoment();
    new SafeTensorsWriter()
        .add("exp_avg", first, first.length)
        .add("exp_avg_sq", second, second.length)
        .write(directory.resolve(MOMENTS));
    NativeMemory.trim();
  }

  @Override
  public void read(Path directory) throws IOException {
    PeftFiles.Adapter adapter = PeftFiles.read(directory, model.config());
    LoraConfig there = adapter.layout().lora();
    LoraConfig here = tuner.layout().lora();
    if (!sorted(there).equals(sorted(here))) {
      throw new MisconfiguredException(
          "checkpoint %s was trained with trainer.lora %s, configured is %s: restore that, or begin anew in another checkpoint-directory"
              .formatted(directory, text(there), text(here)));
    }
    SafeTensors moments = SafeTensors.open(directory.resolve(MOMENTS));
    tuner
        .parameters()
        .restore(
            adapter.values(),
            moments.entry("exp_avg").floats(),
            moments.entry("exp_avg_sq").floats());
  }

  private static LoraConfig sorted(LoraConfig lora) {
    return new LoraConfig(
        lora.rank(),
        lora.alpha(),
        lora.dropout(),
        lora.targets().stream().distinct().sorted().toList(),
        lora.projector());
  }

  private static String text(LoraConfig lora) {
    return "rank %d, alpha %s, dropout %s, targets %s, projector %s"
        .formatted(
            lora.rank(), lora.alpha(), lora.dropout(), sorted(lora).targets(), lora.projector());
  }

  /** What was refused of the images is not refused again by the next start. */
  @Override
  public void lettersWritten() {
    if (images != null) {
      images.commit();
    }
  }

  @Override
  public void close() throws IOException {
    tuner.close();
    cache.close();
    tokenizer.close();
    model.close();
    manager.close();
    if (images != null) {
      images.close();
    }
  }
}
