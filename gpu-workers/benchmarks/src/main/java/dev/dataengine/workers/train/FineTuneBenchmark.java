package dev.dataengine.workers.train;

import dev.dataengine.workers.model.PrecisionChoice;
import dev.dataengine.workers.model.PromptTokenizer;
import dev.dataengine.workers.tensor.PyTorch;
import java.io.IOException;
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

  private final List<List<LlavaSample>> batches = new ArrayList<>();
  private @Nullable LlavaLearner learner;
  private int next;
  private long steps;

  /** Loads the model and lays out the batches. */
  @Setup
  public void load() throws IOException {
    PyTorch.start();
    TrainerConfig d = TrainerConfig.defaults(model, "nothing is written there");
    TrainerConfig config =
        new TrainerConfig(
            d.model(),
            d.worker(),
            d.modelDirectory(),
            d.checkpointDirectory(),
            precision,
            d.seed(),
            BATCH,
            d.maxWaitMs(),
            d.samplesPerVersion(),
            d.versionIntervalMs(),
            d.checkpointsKept(),
            cached ? 100_000 : BATCH,
            d.imageRoots(),
            d.imageMaxBytes(),
            d.divergenceFactor(),
            d.lora(),
            d.optimizer());
    LlavaLearner opened =
        LlavaLearner.open(config, new Learner.Recorded(null, config.seed()), null);
    learner = opened;
    batches(opened.tokenizer(), opened.processor().length());
  }

  private void batches(PromptTokenizer tokenizer, int pixels) throws IOException {
    List<BenchmarkSamples.Line> lines = BenchmarkSamples.read();
    Random random = new Random(1);
    float[] noise = new float[pixels];
    for (int i = 0; i < pixels; i++) {
      noise[i] = (float) random.nextGaussian();
    }
    for (int at = 0; at + BATCH <= lines.size(); at += BATCH) {
      List<LlavaSample> batch = new ArrayList<>();
      for (BenchmarkSamples.Line line : lines.subList(at, at + BATCH)) {
        batch.add(
            new LlavaSample(
                new LlavaSample.Image(line.image(), noise),
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
    List<LlavaSample> batch = batches.get(next);
    steps++;
    Objects.requireNonNull(learner, "load")
        .step(steps, 1, cached ? batch : batch.stream().map(this::neverSeen).toList());
    next = (next + 1) % batches.size();
  }

  /** The same sample of an image that no step has seen, so that its features are not there. */
  private LlavaSample neverSeen(LlavaSample sample) {
    LlavaSample.Image image = sample.image();
    return new LlavaSample(
        new LlavaSample.Image(image.sha256() + " at " + steps, image.decoded()),
        sample.questionType(),
        sample.question(),
        sample.answer());
  }

  /** Frees the native memory. */
  @TearDown
  public void close() throws Exception {
    Objects.requireNonNull(learner, "load").close();
  }
}
