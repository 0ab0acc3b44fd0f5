package dev.dataengine.topics;

/** What the number of a model version may be, for everybody who reads announcements. */
public final class VersionNumbers {
  /** Below this: more than any training makes, and what a JSON number holds exactly. */
  public static final long END = 1L << 53;

  private VersionNumbers() {}

  public static boolean isPossible(long number) {
    return number >= 0 && number < END;
  }
}
