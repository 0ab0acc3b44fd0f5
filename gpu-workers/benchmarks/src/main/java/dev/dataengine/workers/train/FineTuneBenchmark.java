package dev.dataengine.workers.train;

import ai.djl.ndarray.NDManager;
import dev.dataengine.workers.adapter.LoraConfig;
import dev.dataengine.workers.image.FeatureCache;
import dev.dataengine.workers.image.ImageProcessor;
import dev.dataengine.workers.model.LlavaModel;
import dev.dataengine.workers.model.PrecisionChoice;
import dev.dataengine.workers.model.PromptTokenizer;
import dev.dataengine.workers.tensor.PyTorch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Samples a second of the trainer's step: packing, features, forward, backward, AdamW. The samples
 * are those of a run of the built-in loop, in its order; their pixels are noise, which costs the
 * same. From the repository's root:
 *
 * <pre>
 * mvn -q -DskipTests package
 * java -cp "gpu-workers/benchmarks/target/classes:$(cat gpu-workers/benchmarks/target/classpath.txt)" \
 *   org.openjdk.jmh.Main FineTuneBenchmark
 * </pre>
 *
 * <p>{@code gpu-workers/dev/training_side_by_side.py} runs it in turns with a loop of transformers
 * and PEFT over the same samples.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(3)
@Warmup(iterations = 2, time = 10)
@Measurement(iterations = 3, time = 10)
public class FineTuneBenchmark {

  private static final int BATCH = 32;

  /** Computation of the step. */
  @Param({"BFLOAT16", "FLOAT32"})
  public PrecisionChoice precision = PrecisionChoice.BFLOAT16;

  /** Whether an image's features are computed once, as the trainer does, or every time. */
  @Param({"true", "false"})
  public boolean cached = true;

  /** The base model. */
  @Param("gpu-workers/models/tiny-llava")
  public String model = "gpu-workers/models/tiny-llava";

  private final List<List<TrainingSample>> batches = new ArrayList<>();
  private final List<AutoCloseable> resources = new ArrayList<>();
  private @Nullable Trainer trainer;
  private int next;

  /** Loads the model and lays out the batches. */
  @Setup
  public void load() throws IOException {
    PyTorch.start();
    Path checkpoints = Files.createTempDirectory("bench");
    opened(() -> Files.deleteIfExists(checkpoints)); // nothing is written to it
    Path base = Path.of(model);
    NDManager manager = opened(NDManager.newBaseManager());
    LlavaModel llava = opened(LlavaModel.load(manager, base, precision));
    PromptTokenizer tokenizer = opened(PromptTokenizer.load(base, llava.config()));
    ImageProcessor processor = ImageProcessor.load(base);
    batches(tokenizer, processor.length());
    FineTuner tuner =
        opened(new FineTuner(manager, llava, LoraConfig.defaults(), AdamW.defaults(), 1));
    FeatureCache cache =
        opened(new FeatureCache(manager, llava, processor.side(), cached ? 100_000 : 0));
    trainer =
        new Trainer(
            tuner,
            cache,
            tokenizer,
            new CheckpointStore(checkpoints, 1),
            "tiny-llava",
            LlavaModel.identity(base),
            1e9, // noise has no right answer
            Clock.systemUTC());
  }

  private <T extends AutoCloseable> T opened(T resource) {
    resources.add(0, resource);
    return resource;
  }

  private void batches(PromptTokenizer tokenizer, int pixels) throws IOException {
    List<BenchmarkSamples.Line> lines = BenchmarkSamples.read();
    Random random = new Random(1);
    float[] noise = new float[pixels];
    for (int i = 0; i < pixels; i++) {
      noise[i] = (float) random.nextGaussian();
    }
    for (int at = 0; at + BATCH <= lines.size(); at += BATCH) {
      List<TrainingSample> batch = new ArrayList<>();
      for (BenchmarkSamples.Line line : lines.subList(at, at + BATCH)) {
        batch.add(
            new TrainingSample(
                new TrainingSample.Image(line.image(), noise),
                "any",
                tokenizer.question(line.question()),
                tokenizer.answer(line.answer())));
      }
      batches.add(batch);
    }
  }

  /** One step of 32 samples. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void step() {
    Objects.requireNonNull(trainer, "load").step(batches.get(next));
    next = (next + 1) % batches.size();
  }

  /** Frees the native memory. */
  @TearDown
  public void close() throws Exception {
    for (AutoCloseable resource : resources) {
      resource.close();
    }
  }
}
