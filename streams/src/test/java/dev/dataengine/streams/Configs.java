package dev.dataengine.streams;

import java.nio.file.Path;

/** Configurations for tests: the defaults but for what a test is about. */
record Configs(
    String strategy,
    Path state,
    double minProbabilityChange,
    int versionsKept,
    int versionsRemembered,
    long announcementWaitMs) {

  static WeightsConfig of(String strategy, Path state) {
    return at(state).strategy(strategy).build();
  }

  static WeightsConfig of(String strategy, Path state, double minProbabilityChange) {
    return at(state).strategy(strategy).minChange(minProbabilityChange).build();
  }

  static Configs at(Path state) {
    WeightsConfig defaults = WeightsConfig.defaults();
    return new Configs(
        defaults.strategy(),
        state,
        defaults.minProbabilityChange(),
        defaults.versionsKept(),
        defaults.versionsRemembered(),
        defaults.announcementWaitMs());
  }

  Configs strategy(String name) {
    return new Configs(
        name, state, minProbabilityChange, versionsKept, versionsRemembered, announcementWaitMs);
  }

  Configs minChange(double change) {
    return new Configs(
        strategy, state, change, versionsKept, versionsRemembered, announcementWaitMs);
  }

  Configs versions(int kept, int remembered) {
    return new Configs(strategy, state, minProbabilityChange, kept, remembered, announcementWaitMs);
  }

  Configs announcementWait(long millis) {
    return new Configs(
        strategy, state, minProbabilityChange, versionsKept, versionsRemembered, millis);
  }

  WeightsConfig build() {
    WeightsConfig defaults = WeightsConfig.defaults();
    return new WeightsConfig(
        strategy,
        defaults.kappa(),
        defaults.exploration(),
        minProbabilityChange,
        defaults.updateIntervalMs(),
        versionsKept,
        versionsRemembered,
        announcementWaitMs,
        defaults.applicationId(),
        state,
        defaults.commitIntervalMs(),
        defaults.threads(),
        defaults.standbyReplicas());
  }
}
