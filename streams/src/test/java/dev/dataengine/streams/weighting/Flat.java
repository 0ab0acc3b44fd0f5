package dev.dataengine.streams.weighting;

import java.util.Map;
import java.util.TreeMap;

/** A strategy from the class path: every type weighs the same. */
public final class Flat implements WeightingStrategyFactory {

  @Override
  public String name() {
    return "flat";
  }

  @Override
  public WeightingStrategy create(double kappa) {
    return new WeightingStrategy() {
      @Override
      public String name() {
        return "flat";
      }

      @Override
      public Map<String, Double> weights(Evidence evidence) {
        Map<String, Double> weights = new TreeMap<>();
        evidence.types().forEach(type -> weights.put(type, kappa));
        return weights;
      }
    };
  }
}
