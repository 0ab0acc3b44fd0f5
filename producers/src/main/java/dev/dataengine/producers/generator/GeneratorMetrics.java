package dev.dataengine.producers.generator;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicLong;

/** What the generator counts. */
final class GeneratorMetrics {

  private final MeterRegistry registry;
  private final AtomicLong lag = new AtomicLong();

  GeneratorMetrics(MeterRegistry registry) {
    this.registry = registry;
    Gauge.builder("dataengine.generator.lag", lag, AtomicLong::doubleValue)
        .description("samples not yet consumed by the trainers")
        .register(registry);
  }

  void lag(long samples) {
    lag.set(samples);
  }

  void count(Outcome outcome) {
    if (outcome instanceof Outcome.Made made) {
      registry
          .counter("dataengine.samples.generated", "type", made.sample().getQuestionType())
          .increment();
    } else if (outcome instanceof Outcome.Refused refused) {
      registry
          .counter("dataengine.samples.rejected", "reason", refused.rejected().getReason().name())
          .increment();
    }
  }
}
