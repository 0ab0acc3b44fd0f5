package dev.dataengine.streams;

import dev.dataengine.events.TypeWeight;
import dev.dataengine.events.WeightUpdate;
import dev.dataengine.streams.weighting.Evidence;
import dev.dataengine.streams.weighting.Probabilities;
import dev.dataengine.streams.weighting.Tally;
import dev.dataengine.streams.weighting.WeightingStrategy;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The weights of a model on a benchmark as they stand, and whether that is worth an update.
 *
 * @param complete whether the version has answered every question
 */
record Weighed(
    String strategy,
    double exploration,
    long version,
    boolean complete,
    Evidence evidence,
    Map<String, Double> weights,
    SortedMap<String, Double> probabilities) {

  /** So that a move of 0.01 is one also where the difference of two doubles is a hair less. */
  private static final double ROUNDING = 1e-12;

  static Weighed by(
      WeightingStrategy strategy,
      double exploration,
      long version,
      boolean complete,
      Evidence evidence) {
    Map<String, Double> weights = strategy.weights(evidence);
    return new Weighed(
        strategy.name(),
        exploration,
        version,
        complete,
        evidence,
        weights,
        Probabilities.of(weights, exploration));
  }

  /** True where a reader of the last update would act differently by this one. */
  boolean differsFrom(PairState.Told told, double minChange) {
    return told.sequence() == 0
        || told.version() != version
        || told.complete() != complete
        || !told.strategy().equals(strategy)
        || !told.probabilities().keySet().equals(probabilities.keySet())
        || probabilities.entrySet().stream()
            .anyMatch(
                now -> {
                  double moved =
                      Math.abs(
                          now.getValue() - told.probabilities().getOrDefault(now.getKey(), 0.0));
                  return moved > 0 && moved >= minChange - ROUNDING;
                });
  }

  PairState.Told told(long sequence, long now) {
    return new PairState.Told(sequence, now, strategy, version, complete, probabilities);
  }

  WeightUpdate update(String pair, String lineage, long sequence, long resultsForgotten, long now) {
    Map<String, TypeWeight> types = new TreeMap<>();
    probabilities.forEach(
        (type, probability) -> {
          Tally tally = evidence.tally(type);
          double weight = weights.getOrDefault(type, 0.0);
          types.put(
              type, new TypeWeight(tally.n(), tally.errors(), tally.rate(), weight, probability));
        });
    String benchmark = Keys.benchmark(pair);
    String model = Keys.model(pair);
    return WeightUpdate.newBuilder()
        .setUpdateId(benchmark + "|" + model + "|" + sequence)
        .setBenchmark(benchmark)
        .setStrategy(strategy)
        .setModel(model)
        .setModelVersion(version)
        .setLineage(lineage)
        .setComplete(complete)
        .setResultsForgotten(resultsForgotten)
        .setSequence(sequence)
        .setExploration(exploration)
        .setTypes(types)
        .setUpdatedAt(Instant.ofEpochMilli(now))
        .build();
  }
}
