package dev.dataengine.compose.simulate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How often each invariant was checked, and where it did not hold. */
public final class Verdicts {
  /** Of one invariant. */
  public record Verdict(long checked, List<String> violations) {}

  private static final int VIOLATIONS_KEPT = 20;

  private final Map<Invariant, Long> checked = new TreeMap<>();
  private final Map<Invariant, List<String>> violations = new TreeMap<>();

  /** Notes one check; {@code what} says what did not hold. */
  void check(Invariant invariant, boolean holds, java.util.function.Supplier<String> what) {
    checked.merge(invariant, 1L, Long::sum);
    if (!holds) {
      List<String> list = violations.computeIfAbsent(invariant, i -> new ArrayList<>());
      if (list.size() < VIOLATIONS_KEPT) {
        list.add(what.get());
      }
    }
  }

  /** Adds another run's. */
  void add(Verdicts other) {
    other.checked.forEach((invariant, n) -> checked.merge(invariant, n, Long::sum));
    other.violations.forEach(
        (invariant, list) ->
            violations.computeIfAbsent(invariant, i -> new ArrayList<>()).addAll(list));
  }

  public boolean allHold() {
    return violations.isEmpty();
  }

  /** Where something did not hold. */
  Map<Invariant, List<String>> violations() {
    return Collections.unmodifiableMap(violations);
  }

  public Map<Invariant, Verdict> all() {
    Map<Invariant, Verdict> all = new TreeMap<>();
    for (Invariant invariant : Invariant.values()) {
      all.put(
          invariant,
          new Verdict(
              checked.getOrDefault(invariant, 0L),
              List.copyOf(violations.getOrDefault(invariant, List.of()))));
    }
    return Collections.unmodifiableMap(all);
  }
}
