package dev.dataengine.producers.generator;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** What the generator counts. */
final class GeneratorMetrics {

  /** Types with a counter of their own; each is a time series to whoever scrapes. */
  private static final int MOST_TYPES = 200;

  private static final String OTHERS = "others";

  private final MeterRegistry registry;
  private final AtomicLong lag = new AtomicLong();
  private final Set<String> types = ConcurrentHashMap.newKeySet();

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
      String type = made.sample().getQuestionType();
      boolean own = types.contains(type) || (types.size() < MOST_TYPES && types.add(type));
      registry.counter("dataengine.samples.generated", "type", own ? type : OTHERS).increment();
    } else if (outcome instanceof Outcome.Refused refused) {
      registry
          .counter("dataengine.samples.rejected", "reason", refused.rejected().getReason().name())
          .increment();
    }
  }
}
