package dev.dataengine.streams.weighting;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.TreeMap;

/**
 * w = round(e / n, 3), as MLLM-DataEngine has it (arXiv 2308.13566). Until a version has answered a
 * question of the type, the weight that the version before had stands.
 */
public final class ErrorRate implements WeightingStrategy {

  public static final String NAME = "error-rate";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Map<String, Double> weights(Evidence evidence) {
    Map<String, Double> weights = new TreeMap<>();
    for (String type : evidence.types()) {
      Tally tally = evidence.tally(type);
      weights.put(
          type,
          tally.n() == 0
              ? evidence.previous().getOrDefault(type, 0.0)
              : roundToThousandths(tally.rate()));
    }
    return weights;
  }

  /**
   * Python's {@code round(x, 3)}: the exact binary value of x to the nearest thousandth, a true tie
   * to the even one. {@code Math.round(x * 1000) / 1000.0} differs, because the product is rounded
   * once more and ties go up: 0.0625 is 0.062, not 0.063.
   */
  static double roundToThousandths(double x) {
    return new BigDecimal(x).setScale(3, RoundingMode.HALF_EVEN).doubleValue();
  }
}
