package dev.dataengine.producers.rules;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Random choices, the same on every run of a seed. */
final class Draw {

  private Draw() {}

  static <T> T one(List<T> values, RandomGenerator random) {
    return values.get(random.nextInt(values.size()));
  }

  static <T> Optional<T> any(List<T> values, RandomGenerator random) {
    return values.isEmpty() ? Optional.empty() : Optional.of(one(values, random));
  }

  /** A shuffled copy (Fisher and Yates). */
  static <T> List<T> shuffled(Collection<T> values, RandomGenerator random) {
    List<T> copy = new ArrayList<>(values);
    for (int i = copy.size() - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      T moved = copy.get(i);
      copy.set(i, copy.get(j));
      copy.set(j, moved);
    }
    return copy;
  }

  /**
   * Three wrong answers: first those that the image itself suggests, then others of the same kind;
   * fewer where there are not enough.
   */
  static List<String> distractors(
      String answer,
      Collection<String> present,
      Collection<String> vocabulary,
      RandomGenerator random) {
    Set<String> wrong = new LinkedHashSet<>(shuffled(new LinkedHashSet<>(present), random));
    wrong.addAll(shuffled(vocabulary, random));
    wrong.remove(answer);
    return wrong.stream().limit(3).toList();
  }
}
