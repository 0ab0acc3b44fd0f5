package dev.dataengine.workers.pretrain;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import dev.dataengine.workers.image.ImageProcessor;
import dev.dataengine.workers.model.Batch;
import dev.dataengine.workers.model.LlavaConfig;
import dev.dataengine.workers.model.LlavaFunctions;
import dev.dataengine.workers.model.LlavaWeights;
import dev.dataengine.workers.model.Precision;
import dev.dataengine.workers.model.PromptTokenizer;
import dev.dataengine.workers.model.RowPacker;
import dev.dataengine.workers.tensor.Tensors;
import dev.dataengine.workers.tensor.TorchScript;
import dev.dataengine.workers.train.FlatParameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongFunction;

/**
 * Makes a small LLaVA model from nothing: learns a tokenizer from the examples' text, then trains
 * every weight at once on questions about images, and writes a Hugging Face directory. The same
 * seed and examples give the same model on the same kind of machine.
 *
 * <p>All questions about an image share its tokens (see {@link RowPacker}), so eight questions cost
 * little more than one.
 */
public final class Pretrainer {

  /** Hears of progress. */
  public interface Listener {
    /** A step was made; loss is its mean over the answers' tokens. */
    void stepped(int step, double loss);
  }

  private final PretrainConfig config;
  private final LongFunction<PretrainExample> examples;

  /**
   * @param examples the example of an index; called for indices from 0, by one thread at a time
   */
  public Pretrainer(PretrainConfig config, LongFunction<PretrainExample> examples) {
    this.config = config;
    this.examples = examples;
  }

  /**
   * Trains and writes the model.
   *
   * @throws ArithmeticException where the loss stops being a number
   */
  public void run(Path directory, Listener listener) throws IOException {
    LlavaConfig architecture = PretrainConfig.architecture();
    Files.createDirectories(directory);
    ModelDirectory files = new ModelDirectory(directory);
    files.writeConfig(architecture);
    files.writePreprocessor(architecture.vision().imageSize());
    files.writeProcessor(architecture.vision().patchSize());
    files.writeTokenizer(merges(architecture));
    LlavaWeights weights = new LlavaWeights(architecture);
    float[] initial = InitialWeights.draw(weights, config.seed());
    List<FlatParameters.Part> parts =
        weights.all().stream()
            .map(w -> new FlatParameters.Part(w.rows(), w.columns(), w.columns() > 0))
            .toList();
    JniUtils.setGradMode(true);
    try (NDManager manager = NDManager.newBaseManager();
        PromptTokenizer tokenizer = PromptTokenizer.load(directory, architecture);
        TorchScript functions = LlavaFunctions.compile(manager, architecture);
        FlatParameters parameters = new FlatParameters(manager, parts, initial);
        Feed feed = new Feed(tokenizer, ImageProcessor.load(directory))) {
      NDArray like = manager.zeros(new Shape(1), DataType.FLOAT32);
      if (config.precision() == Precision.BFLOAT16) {
        like = functions.call("bfloat16").with(like).run();
      }
      for (int step = 1; step <= config.steps(); step++) {
        try (NDManager scope = manager.newSubManager()) {
          double loss = step(scope, feed, functions, parameters, like, step);
          if (!Double.isFinite(loss)) {
            throw new ArithmeticException(
                "step " + step + ": loss is " + loss + "; try a smaller optimizer.learning-rate");
          }
          listener.stepped(step, loss);
        }
      }
      weights.write(parameters.copyValues(), directory);
    }
  }

  private double step(
      NDManager scope,
      Feed feed,
      TorchScript functions,
      FlatParameters parameters,
      NDArray like,
      int step) {
    Feed.Prepared prepared = feed.next(scope);
    Batch batch = prepared.batch();
    float[] hyper = config.optimizer().hyper(0, 0, config.rate(step), step);
    NDArray result =
        functions
            .call("pretrain_step")
            .with(batch.ids())
            .with(batch.positions())
            .with(batch.segments())
            .with(batch.sources())
            .with(batch.targets())
            .with(prepared.pixels())
            .with(parameters.values())
            .with(parameters.firstMoment())
            .with(parameters.secondMoment())
            .with(parameters.decay())
            .with(Tensors.of(scope, hyper, hyper.length))
            .with(parameters.shapes())
            .with(like)
            .runWithGradients();
    return Tensors.floats(result)[0];
  }

  private List<BytePairEncoding.Pair> merges(LlavaConfig architecture) {
    BytePairEncoding encoding = new BytePairEncoding();
    encoding.add("USER: ");
    for (long index = 0; index < config.tokenizerExamples(); index++) {
      for (PretrainExample.Turn turn : examples.apply(index).turns()) {
        encoding.add("\n" + turn.question() + " ASSISTANT:");
        encoding.add(" " + turn.answer());
      }
    }
    int alphabet = ModelDirectory.SPECIAL.size() + ByteLevel.characters().size();
    return encoding.learn(architecture.text().vocabularySize() - alphabet);
  }

  /** Examples as batches; the next one is made while a step computes. */
  private final class Feed implements AutoCloseable {
    private record Prepared(Batch batch, NDArray pixels) {}

    private record Raw(RowPacker packer, float[] pixels) {}

    private final PromptTokenizer tokenizer;
    private final ImageProcessor processor;
    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    private Future<Raw> ahead;
    private long next;

    Feed(PromptTokenizer tokenizer, ImageProcessor processor) {
      this.tokenizer = tokenizer;
      this.processor = processor;
      this.ahead = executor.submit(this::make);
    }

    Prepared next(NDManager scope) {
      Raw raw = Futures.join(ahead);
      ahead = executor.submit(this::make);
      int side = processor.side();
      return new Prepared(
          raw.packer().pack(scope),
          Tensors.of(scope, raw.pixels(), config.batchImages(), 3, side, side));
    }

    private Raw make() {
      RowPacker packer = new RowPacker();
      float[] pixels = new float[config.batchImages() * processor.length()];
      for (int i = 0; i < config.batchImages(); i++) {
        PretrainExample example = examples.apply(next++);
        packer.row(tokenizer.imagePrefix());
        for (PretrainExample.Turn turn : example.turns()) {
          packer.segment(tokenizer.question(turn.question()), tokenizer.answer(turn.answer()));
        }
        float[] values = processor.process(example.image());
        System.arraycopy(values, 0, pixels, i * values.length, values.length);
      }
      return new Raw(packer, pixels);
    }

    @Override
    public void close() {
      executor.shutdownNow();
    }
  }
}
