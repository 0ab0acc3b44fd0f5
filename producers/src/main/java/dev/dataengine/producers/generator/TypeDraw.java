package dev.dataengine.producers.generator;

import dev.dataengine.events.TypeWeight;
import dev.dataengine.events.WeightUpdate;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** Draws types by the probabilities of one update. Immutable. */
final class TypeDraw {

  private final WeightUpdate update;
  private final TreeMap<String, Double> probabilities = new TreeMap<>();
  private final double total;

  TypeDraw(WeightUpdate update) {
    this.update = update;
    double sum = 0;
    for (Map.Entry<String, TypeWeight> entry : update.getTypes().entrySet()) {
      double probability = entry.getValue().getProbability();
      if (probability > 0 && Double.isFinite(probability)) {
        probabilities.put(entry.getKey(), probability);
        sum += probability;
      }
    }
    this.total = sum;
  }

  WeightUpdate update() {
    return update;
  }

  int types() {
    return probabilities.size();
  }

  /** A type; the update must have one of positive probability. */
  String draw(RandomGenerator random) {
    double left = random.nextDouble() * total;
    for (Map.Entry<String, Double> entry : probabilities.entrySet()) {
      left -= entry.getValue();
      if (left < 0) {
        return entry.getKey();
      }
    }
    return probabilities.lastKey();
  }
}
