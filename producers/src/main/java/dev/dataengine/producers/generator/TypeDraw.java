package dev.dataengine.producers.generator;

import dev.dataengine.events.TypeWeight;
import dev.dataengine.events.WeightUpdate;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** Draws types by the probabilities of one update. Immutable. */
final class TypeDraw {

  private final WeightUpdate update;

  /** Types of positive probability, by the sum of it and those before it. */
  private final TreeMap<Double, String> bySum = new TreeMap<>();

  private final double total;

  /**
   * @param update with at least one type of positive probability; {@link InputChecks} refuses
   *     others
   */
  TypeDraw(WeightUpdate update) {
    this.update = update;
    double sum = 0;
    for (Map.Entry<String, TypeWeight> entry : new TreeMap<>(update.getTypes()).entrySet()) {
      double next = sum + entry.getValue().getProbability();
      if (next > sum) {
        bySum.put(next, entry.getKey());
        sum = next;
      }
    }
    this.total = sum;
  }

  WeightUpdate update() {
    return update;
  }

  Set<String> types() {
    return update.getTypes().keySet();
  }

  /** A type. */
  String draw(RandomGenerator random) {
    Map.Entry<Double, String> drawn = bySum.higherEntry(random.nextDouble() * total);
    // rounding may give the total itself
    return drawn == null ? bySum.lastEntry().getValue() : drawn.getValue();
  }
}
