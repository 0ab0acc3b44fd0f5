package dev.dataengine.compose.monitor;

import java.util.Map;

/**
 * How one model version did on a benchmark.
 *
 * @param questions number of questions of the benchmark; 0 where unknown
 */
record VersionFigures(long version, long questions, Map<String, Tally> byType) {

  static final VersionFigures NONE = new VersionFigures(-1, 0, Map.of());

  /**
   * @param n distinct questions answered
   * @param errors sum of 1 - score over them
   */
  record Tally(long n, double errors) {
    static final Tally NONE = new Tally(0, 0);

    double errorRate() {
      return errors / n;
    }

    Tally plus(long questions, double more) {
      return new Tally(n + questions, errors + more);
    }
  }

  VersionFigures {
    byType = Map.copyOf(byType);
  }

  long answered() {
    return byType.values().stream().mapToLong(Tally::n).sum();
  }

  boolean complete() {
    return questions > 0 && answered() >= questions;
  }

  /** Fraction of points; 0 where nothing was answered. */
  double accuracy() {
    double errors = byType.values().stream().mapToDouble(Tally::errors).sum();
    return answered() == 0 ? 0 : 1 - errors / answered();
  }
}
