package dev.dataengine.streams.weighting;

import java.util.Map;

/**
 * How much a question type needs more samples, from how the model does on it. Implementations are
 * pure and may be called by several threads.
 */
public interface WeightingStrategy {

  /** Name as the configuration and the weight updates spell it. */
  String name();

  /**
   * Weights, each finite and not negative, of exactly {@link Evidence#types}. They need not sum to
   * one.
   */
  Map<String, Double> weights(Evidence evidence);
}
