package dev.dataengine.streams.weighting;

/**
 * The 95 % score interval of a rate (Wilson 1927). Unlike the textbook interval it is honest for
 * few questions and for rates near 0 and 1.
 *
 * @param low lower end, 0 to 1
 * @param high upper end, 0 to 1
 */
public record WilsonInterval(double low, double high) {

  /** The 97.5 % point of the normal distribution. */
  private static final double Z = 1.959963984540054;

  /** From 0 to 1 where nothing was answered. */
  public static WilsonInterval of(Tally tally) {
    if (tally.n() == 0) {
      return new WilsonInterval(0, 1);
    }
    double n = tally.n();
    double p = tally.rate();
    double denominator = 1 + Z * Z / n;
    double centre = (p + Z * Z / (2 * n)) / denominator;
    double half = Z * Math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n)) / denominator;
    // At the rates 0 and 1 the ends are exact; elsewhere this only takes off rounding.
    return new WilsonInterval(
        p == 0 ? 0 : Math.max(0, centre - half), p == 1 ? 1 : Math.min(1, centre + half));
  }
}
