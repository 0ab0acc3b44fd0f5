package dev.dataengine.producers.generator;

import dev.dataengine.benchmark.Benchmark;
import dev.dataengine.config.ConnectionConfig;
import dev.dataengine.producers.loop.LoopParts;
import dev.dataengine.service.ThreadService;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The generator: keeps the topic of samples filled for one model, by the latest weights of one
 * benchmark, never more than {@link GeneratorConfig#maxAhead} samples ahead of the trainers. A
 * thread that runs {@link GeneratorLoop}.
 */
public final class GeneratorService extends ThreadService {

  private final GeneratorConfig config;
  private final ConnectionConfig connection;
  private final GeneratorMetrics metrics;
  private final SampleWriter writer;
  private final BenchmarkGuard guard;
  private volatile @Nullable GeneratorLoop loop;

  /**
   * With the rules writer.
   *
   * @throws dev.dataengine.benchmark.BenchmarkException where a benchmark's directory is malformed
   */
  public GeneratorService(
      GeneratorConfig config, ConnectionConfig connection, MeterRegistry metrics) {
    this(config, connection, metrics, new RulesSampleWriter());
  }

  /** With another writer. */
  public GeneratorService(
      GeneratorConfig config,
      ConnectionConfig connection,
      MeterRegistry metrics,
      SampleWriter writer) {
    super("generator");
    if (config.benchmark().isBlank()) {
      throw new IllegalArgumentException("generator.benchmark: expected a benchmark's name");
    }
    this.config = config;
    this.connection = connection;
    this.metrics = new GeneratorMetrics(metrics);
    this.writer = writer;
    this.guard =
        new BenchmarkGuard(
            config.benchmarkDirs().stream().map(dir -> Benchmark.load(Path.of(dir))).toList());
  }

  @Override
  protected void wake() {
    GeneratorLoop open = loop;
    if (open != null) {
      open.wake();
    }
  }

  @Override
  protected void run() throws Exception {
    LoopParts parts = LoopParts.of(connection, patience());
    try (GeneratorLoop open =
        patience()
            .waitOut(
                "the broker", () -> new GeneratorLoop(config, writer, guard, metrics, parts))) {
      loop = open;
      open.step();
      isReady();
      while (isRunning()) {
        open.step();
      }
    }
  }
}
