package dev.dataengine.streams;

import dev.dataengine.topics.Topic;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * Counters of the topology. They count work done by this process: a record that is processed again
 * after a crash counts again, though its effect does not.
 */
record WeightsMetrics(
    Counter counted,
    Counter replaced,
    Counter duplicate,
    Counter late,
    Counter badCases,
    Counter updates,
    Counter malformed,
    Counter senseless,
    Counter unannounced,
    Counter foreign) {

  static WeightsMetrics of(MeterRegistry registry) {
    return new WeightsMetrics(
        results(registry, "counted"),
        results(registry, "replaced"),
        results(registry, "duplicate"),
        results(registry, "late"),
        registry.counter("dataengine.bad.cases"),
        registry.counter("dataengine.weight.updates"),
        deadLetters(registry, "malformed"),
        deadLetters(registry, "senseless"),
        deadLetters(registry, "unannounced"),
        deadLetters(registry, "foreign"));
  }

  Counter of(Answers.Outcome outcome) {
    return switch (outcome) {
      case COUNTED -> counted;
      case REPLACED -> replaced;
      case DUPLICATE -> duplicate;
      case LATE -> late;
    };
  }

  private static Counter results(MeterRegistry registry, String outcome) {
    return registry.counter("dataengine.results", "outcome", outcome);
  }

  private static Counter deadLetters(MeterRegistry registry, String cause) {
    return registry.counter(
        "dataengine.dead.letters",
        "service",
        WeightsService.NAME,
        "topic",
        Topic.EVALUATION_RESULTS.topicName(),
        "cause",
        cause);
  }
}
