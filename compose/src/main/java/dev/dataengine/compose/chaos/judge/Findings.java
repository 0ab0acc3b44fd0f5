package dev.dataengine.compose.chaos.judge;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Gathers what one invariant finds. */
final class Findings {

  private final List<String> violations = new ArrayList<>();
  private long checked;

  void check(boolean holds, Supplier<String> violation) {
    checked++;
    if (!holds) {
      violations.add(violation.get());
    }
  }

  Verdict verdict(String invariant) {
    return new Verdict(invariant, checked, violations);
  }
}
