package dev.dataengine.workers.pretrain;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import dev.dataengine.workers.image.ImageProcessor;
import dev.dataengine.workers.model.LlavaConfig;
import dev.dataengine.workers.model.LlavaFunctions;
import dev.dataengine.workers.model.LlavaWeights;
import dev.dataengine.workers.model.Precision;
import dev.dataengine.workers.model.PromptTokenizer;
import dev.dataengine.workers.tensor.TorchScript;
import dev.dataengine.workers.train.FlatParameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongFunction;

/**
 * Makes a small LLaVA model from nothing: learns a tokenizer from the examples' text, teaches the
 * vision tower what is where ({@link TowerStage}), then trains every weight at once on questions
 * about images ({@link JointStage}): first on whether something is there, then on all. Writes a
 * Hugging Face directory. The same seed and examples give the same model on the same kind of
 * machine.
 */
public final class Pretrainer {

  /** Hears of progress. */
  public interface Listener {
    /**
     * A step was made.
     *
     * @param stage tower, existence or joint
     * @param step of the stage, from 1
     * @param of steps of the stage
     * @param loss of the step: of a patch's labels, or mean over the answers' tokens
     */
    void stepped(String stage, int step, int of, double loss);
  }

  private final PretrainConfig config;
  private final LongFunction<PretrainExample> existence;
  private final LongFunction<PretrainExample> examples;

  /**
   * @param existence examples that ask whether something is there
   * @param examples the example of an index; both are called for indices from 0, by one thread at a
   *     time
   */
  public Pretrainer(
      PretrainConfig config,
      LongFunction<PretrainExample> existence,
      LongFunction<PretrainExample> examples) {
    this.config = config;
    this.existence = existence;
    this.examples = examples;
  }

  /**
   * Trains and writes the model.
   *
   * @throws ArithmeticException where the loss stops being a number
   * @throws IllegalArgumentException where the examples' regions bear no label, or too many
   */
  public void run(Path directory, Listener listener) throws IOException {
    LlavaConfig architecture = PretrainConfig.architecture();
    Vocabulary vocabulary = vocabulary(architecture);
    check(vocabulary.labels().size(), architecture.text().hiddenSize());
    Files.createDirectories(directory);
    ModelDirectory files = new ModelDirectory(directory);
    files.writeConfig(architecture);
    files.writePreprocessor(architecture.vision().imageSize());
    files.writeProcessor(architecture.vision().patchSize());
    files.writeTokenizer(vocabulary.merges());
    LlavaWeights weights = new LlavaWeights(architecture);
    float[] values = InitialWeights.draw(weights, config.seed());
    int grid = architecture.vision().imageSize() / architecture.vision().patchSize();
    PatchLabels labels = new PatchLabels(vocabulary.labels(), grid);
    ImageProcessor processor = ImageProcessor.load(directory);
    JniUtils.setGradMode(true);
    try (NDManager manager = NDManager.newBaseManager();
        PromptTokenizer tokenizer = PromptTokenizer.load(directory, architecture);
        TorchScript functions = LlavaFunctions.compile(manager, architecture)) {
      NDArray like = manager.zeros(new Shape(1), DataType.FLOAT32);
      if (config.precision() == Precision.BFLOAT16) {
        like = functions.call("bfloat16").with(like).run();
      }
      new TowerStage(config, examples, labels, processor)
          .run(manager, functions, like, weights, values, listener)
          .writeInto(weights, values, tokenizer::word, config.seed());
      new JointStage(
              config, "existence", config.existence(), existence, tokenizer, processor, labels)
          .run(manager, functions, like, weights, values, listener);
      new JointStage(config, "joint", config.joint(), examples, tokenizer, processor, labels)
          .run(manager, functions, like, weights, values, listener);
    }
    weights.write(values, directory);
  }

  /** Before the tower's stage: what it ends with has to fit into the projector. */
  private void check(int labels, int limit) {
    if (labels < 1 || labels > limit) {
      throw new IllegalArgumentException(
          "regions: expected 1 to %d labels in the first %d examples, got %d"
              .formatted(limit, config.tokenizerExamples(), labels));
    }
  }

  static List<FlatParameters.Part> parts(List<LlavaWeights.Named> weights) {
    return weights.stream()
        .map(w -> new FlatParameters.Part(w.rows(), w.columns(), w.columns() > 0))
        .toList();
  }

  /** What the examples speak of. */
  private record Vocabulary(List<BytePairEncoding.Pair> merges, Set<String> labels) {}

  private Vocabulary vocabulary(LlavaConfig architecture) {
    BytePairEncoding encoding = new BytePairEncoding();
    Set<String> labels = new TreeSet<>();
    encoding.add("USER: ");
    for (long index = 0; index < config.tokenizerExamples(); index++) {
      PretrainExample example = examples.apply(index);
      example.regions().forEach(region -> labels.addAll(region.labels()));
      for (PretrainExample.Turn turn : example.turns()) {
        encoding.add("\n" + turn.question() + " ASSISTANT:");
        encoding.add(" " + turn.answer());
      }
    }
    int alphabet = ModelDirectory.SPECIAL.size() + ByteLevel.characters().size();
    return new Vocabulary(encoding.learn(architecture.text().vocabularySize() - alphabet), labels);
  }
}
