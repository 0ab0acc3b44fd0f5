package dev.dataengine.workers.evaluate;

import dev.dataengine.benchmark.Benchmark;
import dev.dataengine.clients.KafkaClients;
import dev.dataengine.config.ConnectionConfig;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.service.ThreadService;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The {@link Evaluator} as a service, over a model in this process. An evaluation that was
 * interrupted by a restart begins anew; results are counted by question, so none counts twice. It
 * stops between two batches.
 */
public final class EvaluatorService extends ThreadService {

  private final EvaluatorConfig config;
  private final ConnectionConfig connection;
  private final MeterRegistry metrics;
  private final AtomicReference<@Nullable Evaluator> stepping = new AtomicReference<>();

  public EvaluatorService(
      EvaluatorConfig config, ConnectionConfig connection, MeterRegistry metrics) {
    super("evaluator");
    this.config = config;
    this.connection = connection;
    this.metrics = metrics;
  }

  @Override
  protected void wake() {
    Evaluator evaluator = stepping.get();
    if (evaluator != null) {
      evaluator.wake();
    }
  }

  @Override
  protected void run() throws Exception {
    Benchmark benchmark = Benchmark.load(Path.of(config.benchmarkDirectory()));
    EvaluatorContext context =
        new EvaluatorContext(
            KafkaClients.of(connection),
            EventSerde.registry(connection.schemaRegistryUrl()),
            patience(),
            health(),
            Clock.systemUTC(),
            metrics);
    try (ModelAnswerer answerer = ModelAnswerer.open(config, benchmark);
        Evaluator evaluator = Evaluator.open(config.model(), benchmark, answerer, context)) {
      stepping.set(evaluator);
      isReady();
      while (isRunning()) {
        evaluator.step();
      }
    } finally {
      stepping.set(null);
    }
  }
}
