package dev.dataengine.compose.simulate;

/** What must hold whatever happens. */
public enum Invariant {
  /** Every distinct sound result is in its version's statistics. */
  NO_RESULT_LOST("NoResultLost"),
  /** None counts twice, at any time. */
  NO_RESULT_TWICE("NoResultTwice"),
  /** Every sample behind a version's offsets was trained on, or is in the dead letters. */
  NO_SAMPLE_LOST("NoSampleLost"),
  /** None trained twice. */
  NO_SAMPLE_TWICE("NoSampleTwice"),
  /** A model's versions are announced in rising order, each once or again unchanged. */
  VERSIONS_MONOTONIC("VersionsMonotonic"),
  /** A number has one content for ever. */
  VERSION_NEVER_CHANGES("VersionNeverChanges"),
  /** Weights are of the newest version that has results, and what results in time order give. */
  WEIGHTS_OF_NEWEST_ONLY("WeightsOfNewestOnly"),
  /** Never more samples than allowed wait for a trainer. */
  PACED_WITHIN_BOUND("PacedWithinBound"),
  /** A record that is bad is in the dead letters and hurts nothing else. */
  POISON_ISOLATED("PoisonIsolated"),
  /** Once all is well again, samples are written and trained on. */
  GENERATOR_NEVER_STALLS("GeneratorNeverStalls");

  private final String spelt;

  Invariant(String spelt) {
    this.spelt = spelt;
  }

  /** As reports spell it. */
  public String spelt() {
    return spelt;
  }
}
