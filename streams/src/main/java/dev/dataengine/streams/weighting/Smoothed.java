package dev.dataengine.streams.weighting;

import java.util.Map;
import java.util.TreeMap;

/**
 * w = (e + kappa * prev) / (n + kappa): the error rate, with what was known before counted as kappa
 * questions (a beta prior's mean). prev is the smoothed rate of the type in the version before; a
 * type that is new starts from this version's rate over all types. So a new version starts from
 * what was known, and its first answers do not throw the weights about.
 */
public final class Smoothed implements WeightingStrategy {

  public static final String NAME = "smoothed";

  private final double kappa;

  /**
   * @param kappa above 0, in questions
   */
  public Smoothed(double kappa) {
    if (!(kappa > 0 && kappa < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("kappa: expected a number above 0, got " + kappa);
    }
    this.kappa = kappa;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Map<String, Double> weights(Evidence evidence) {
    double global = evidence.globalRate();
    Map<String, Double> weights = new TreeMap<>();
    for (String type : evidence.types()) {
      Tally tally = evidence.tally(type);
      double before = evidence.previous().getOrDefault(type, global);
      weights.put(type, (tally.errors() + kappa * before) / (tally.n() + kappa));
    }
    return weights;
  }
}
