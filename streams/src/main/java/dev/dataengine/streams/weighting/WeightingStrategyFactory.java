package dev.dataengine.streams.weighting;

/**
 * Makes a strategy from the configuration. Further strategies are found as providers of this
 * interface by {@link java.util.ServiceLoader}, once, when the configuration is read.
 */
public interface WeightingStrategyFactory {

  /** Name of the strategies that it makes; none of the built-in ones. */
  String name();

  /**
   * @param kappa the configured strength of what was known before, in questions
   */
  WeightingStrategy create(double kappa);
}
