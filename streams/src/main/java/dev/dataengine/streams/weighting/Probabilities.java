package dev.dataengine.streams.weighting;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** From weights to the probabilities that the next sample is of a type. */
public final class Probabilities {

  private Probabilities() {}

  /**
   * (1 - exploration) * w / sum(w) + exploration / T over T types; uniform where all weights are 0.
   *
   * @param exploration share that is spread evenly, 0 to 1, so that no type is forgotten
   * @throws IllegalArgumentException where a weight is negative or not finite
   */
  public static SortedMap<String, Double> of(Map<String, Double> weights, double exploration) {
    weights.forEach(Probabilities::check);
    double sum = weights.values().stream().mapToDouble(Double::doubleValue).sum();
    int types = weights.size();
    SortedMap<String, Double> probabilities = new TreeMap<>();
    weights.forEach(
        (type, weight) -> {
          double share = sum == 0 ? 1.0 / types : weight / sum;
          probabilities.put(type, (1 - exploration) * share + exploration / types);
        });
    return probabilities;
  }

  private static void check(String type, double weight) {
    if (!(weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "weight of " + type + ": expected a finite number from 0, got " + weight);
    }
  }
}
