package dev.dataengine.streams;

import java.nio.file.Path;

/** Configurations for tests: the defaults but for what a test is about. */
final class Configs {

  private Configs() {}

  static WeightsConfig of(String strategy, Path state) {
    return of(strategy, state, WeightsConfig.defaults().minProbabilityChange());
  }

  static WeightsConfig of(String strategy, Path state, double minProbabilityChange) {
    WeightsConfig defaults = WeightsConfig.defaults();
    return new WeightsConfig(
        strategy,
        defaults.kappa(),
        defaults.exploration(),
        minProbabilityChange,
        defaults.updateIntervalMs(),
        defaults.versionsKept(),
        defaults.applicationId(),
        state,
        defaults.commitIntervalMs(),
        defaults.threads());
  }
}
