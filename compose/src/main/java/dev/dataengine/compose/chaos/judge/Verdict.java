package dev.dataengine.compose.chaos.judge;

import java.util.List;

/**
 * What became of one invariant.
 *
 * @param checked how many things were held against it
 * @param violations what was found, in words
 */
public record Verdict(String invariant, long checked, List<String> violations) {

  public Verdict {
    violations = List.copyOf(violations);
  }

  /** Something was checked, and all of it was as it must be. */
  public boolean holds() {
    return violations.isEmpty() && checked > 0;
  }
}
