package dev.dataengine.streams.weighting;

/**
 * The distinct questions of one type that a version answered.
 *
 * @param n how many
 * @param errors sum of 1 - score over them
 */
public record Tally(long n, double errors) {

  public static final Tally NONE = new Tally(0, 0);

  public Tally {
    if (n < 0 || !(errors >= 0 && errors <= n)) {
      throw new IllegalArgumentException(
          "tally: expected 0 <= errors <= n, got n " + n + " and errors " + errors);
    }
  }

  /** Errors per question; 0 where there is none. */
  public double rate() {
    return n == 0 ? 0 : errors / n;
  }
}
