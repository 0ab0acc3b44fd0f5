package dev.dataengine.workers.evaluate;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.dataengine.benchmark.Benchmark;
import dev.dataengine.events.ModelVersion;
import dev.dataengine.failure.MisconfiguredException;
import dev.dataengine.workers.adapter.LoadedAdapter;
import dev.dataengine.workers.adapter.PeftFiles;
import dev.dataengine.workers.image.ImageProcessor;
import dev.dataengine.workers.model.LlavaModel;
import dev.dataengine.workers.model.ModelDirectory;
import dev.dataengine.workers.model.PrecisionChoice;
import dev.dataengine.workers.model.PromptTokenizer;
import dev.dataengine.workers.tensor.NativeMemory;
import dev.dataengine.workers.tensor.PyTorch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Answers with a LLaVA model in this process. */
public final class ModelAnswerer implements Answerer {

  private static final String DIRECTORY_KEY = "evaluator.model-directory";

  private final EvaluatorConfig config;
  private final Benchmark benchmark;
  private final String base;
  private Loaded loaded;

  private ModelAnswerer(EvaluatorConfig config, Benchmark benchmark) throws IOException {
    this.config = config;
    this.benchmark = benchmark;
    this.base = LlavaModel.identity(Path.of(config.modelDirectory()));
    this.loaded = Loaded.of(config, benchmark, config.precision());
  }

  /**
   * Loads the base model.
   *
   * @throws MisconfiguredException where the directory is no model that is computed here
   */
  public static ModelAnswerer open(EvaluatorConfig config, Benchmark benchmark) {
    PyTorch.start();
    try {
      return new ModelAnswerer(config, benchmark);
    } catch (IOException | IllegalArgumentException e) {
      throw ModelDirectory.unusable(DIRECTORY_KEY, config.modelDirectory(), e);
    }
  }

  /** What is in memory in one precision. */
  record Loaded(
      NDManager manager, LlavaModel model, PromptTokenizer tokenizer, BenchmarkEvaluator evaluator)
      implements AutoCloseable {

    static Loaded of(EvaluatorConfig config, Benchmark benchmark, PrecisionChoice precision)
        throws IOException {
      Path directory = Path.of(config.modelDirectory());
      NDManager manager = NDManager.newBaseManager();
      try {
        LlavaModel model = LlavaModel.load(manager, directory, precision);
        ImageProcessor processor = ImageProcessor.load(directory);
        int side = model.config().vision().imageSize();
        if (processor.side() != side) {
          throw new IOException(
              "preprocessor_config.json: size: expected %d, which config.json's vision_config.image_size is, got %d"
                  .formatted(side, processor.side()));
        }
        PromptTokenizer tokenizer = PromptTokenizer.load(directory, model.config());
        BenchmarkEvaluator evaluator =
            new BenchmarkEvaluator(
                manager, model, tokenizer, processor, benchmark, config.batchQuestions());
        return new Loaded(manager, model, tokenizer, evaluator);
      } catch (IOException | RuntimeException e) {
        manager.close();
        throw e;
      }
    }

    String precision() {
      // DJL has no name for bfloat16
      return model.like().getDataType() == DataType.FLOAT32 ? "float32" : "bfloat16";
    }

    @Override
    public void close() {
      evaluator.close();
      tokenizer.close();
      model.close();
      manager.close();
    }
  }

  Loaded loaded() {
    return loaded;
  }

  @Override
  public String base() {
    return base;
  }

  @Override
  public Set<String> formerBases() {
    try {
      return Set.of(LlavaModel.formerIdentity(Path.of(config.modelDirectory())));
    } catch (IOException e) {
      throw ModelDirectory.unusable(DIRECTORY_KEY, config.modelDirectory(), e);
    }
  }

  @Override
  public String precision() {
    return loaded.precision();
  }

  @Override
  public boolean adopt(String wanted) {
    Optional<PrecisionChoice> choice =
        List.of(PrecisionChoice.FLOAT32, PrecisionChoice.BFLOAT16).stream()
            .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(wanted))
            .findFirst();
    if (config.precision() != PrecisionChoice.AUTO || choice.isEmpty()) {
      return false;
    }
    try {
      Loaded other = Loaded.of(config, benchmark, choice.get());
      loaded.close();
      loaded = other;
      return true;
    } catch (IOException e) {
      throw new MisconfiguredException(
          "evaluator.model-directory '%s' can no longer be used: %s"
              .formatted(config.modelDirectory(), e.getMessage()),
          e);
    }
  }

  @Override
  public Answering begin(ModelVersion version) throws UnfitVersionException {
    Optional<PeftFiles.Adapter> read = VersionAdapter.read(version, loaded.model().config());
    LoadedAdapter adapter =
        read.isPresent()
            ? LoadedAdapter.of(
                loaded.manager(), loaded.model(), read.get().layout(), read.get().values())
            : LoadedAdapter.none(loaded.manager(), loaded.model());
    return new Run(adapter, loaded.evaluator().begin(adapter));
  }

  /** Frees what a version took. */
  record Run(LoadedAdapter adapter, Answering answering) implements Answering {
    @Override
    public List<Answer> next() throws UnfitVersionException {
      return answering.next();
    }

    @Override
    public void close() {
      answering.close();
      adapter.close();
      NativeMemory.trim();
    }
  }

  @Override
  public void close() {
    loaded.close();
  }
}
