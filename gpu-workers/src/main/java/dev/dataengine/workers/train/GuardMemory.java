package dev.dataengine.workers.train;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a {@link DivergenceGuard} has to know to go on after a restart.
 *
 * @param observed smoothed loss of the last steps
 * @param expected what it would be by the references
 * @param types losses by question type
 */
record GuardMemory(double observed, double expected, Map<String, TypeLosses> types) {

  GuardMemory {
    types = Collections.unmodifiableMap(new TreeMap<>(types));
  }

  static GuardMemory none() {
    return new GuardMemory(0, 0, Map.of());
  }

  /**
   * The last losses of one type.
   *
   * @param blocks means of its last full blocks, oldest first
   * @param sum over the block that fills
   * @param count of samples in it
   */
  record TypeLosses(List<Double> blocks, double sum, int count) {
    TypeLosses {
      blocks = List.copyOf(blocks);
    }

    static TypeLosses none() {
      return new TypeLosses(List.of(), 0, 0);
    }
  }
}
