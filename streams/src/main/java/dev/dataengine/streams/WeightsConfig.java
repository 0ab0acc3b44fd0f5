package dev.dataengine.streams;

import dev.dataengine.config.Key;
import dev.dataengine.config.KeyException;
import dev.dataengine.config.Keys;
import dev.dataengine.streams.weighting.Smoothed;
import dev.dataengine.streams.weighting.WeightingStrategies;
import dev.dataengine.streams.weighting.WeightingStrategy;
import java.nio.file.Path;

/** How results become weights. */
public record WeightsConfig(
    @Key(doc = "`smoothed`, `error-rate`, or another `WeightingStrategyFactory` on the class path")
        String strategy,
    @Key(doc = "strength of what was known before, in questions", range = "> 0") double kappa,
    @Key(doc = "share of the probability that is spread evenly over the types", range = "0..1")
        double exploration,
    @Key(doc = "an update is written when a probability moved by as much", range = "0..1")
        double minProbabilityChange,
    @Key(doc = "least time between two updates of a benchmark", range = ">= 1")
        long updateIntervalMs,
    @Key(
            doc =
                "newest versions of a model on a benchmark whose answers are remembered by question; results of older ones are dropped and counted",
            range = ">= 1")
        int versionsKept,
    @Key(
            doc =
                "newest versions whose sums and statistics are remembered, beside the first one; at least those kept",
            range = ">= 1")
        int versionsRemembered,
    @Key(doc = "how long a result may be ahead of its version's announcement", range = ">= 0")
        long announcementWaitMs,
    @Key(
            doc = "the Streams application: consumer group, transactions, internal topics",
            pattern = "[A-Za-z0-9._-]+",
            expected = "letters, digits, '.', '_', '-'")
        String applicationId,
    @Key(
            doc = "directory of the local state, rebuilt from the broker where it is missing",
            empty = "`<data>/streams`")
        Path stateDir,
    @Key(doc = "length of a transaction; others see what was written when it ends", range = ">= 1")
        long commitIntervalMs,
    @Key(doc = "stream threads; no more than the input has partitions are of use", range = ">= 1")
        int threads,
    @Key(doc = "further instances that hold a copy of the state", range = ">= 0")
        int standbyReplicas) {

  public WeightsConfig {
    Keys.check(
        WeightsConfig.class,
        strategy,
        kappa,
        exploration,
        minProbabilityChange,
        updateIntervalMs,
        versionsKept,
        versionsRemembered,
        announcementWaitMs,
        applicationId,
        stateDir,
        commitIntervalMs,
        threads,
        standbyReplicas);
    if (versionsRemembered < versionsKept) {
      throw new KeyException(
          "versions-remembered",
          "expected at least versions-kept, which is %d, got %d"
              .formatted(versionsKept, versionsRemembered));
    }
    if (!WeightingStrategies.names().contains(strategy)) {
      throw new KeyException(
          "strategy",
          "expected one of " + WeightingStrategies.names() + ", got '" + strategy + "'");
    }
  }

  public static WeightsConfig defaults() {
    return new WeightsConfig(
        Smoothed.NAME,
        4,
        0.05,
        0.01,
        200,
        2,
        100,
        30_000,
        "dataengine-weights",
        Path.of(""),
        100,
        1,
        0);
  }

  WeightingStrategy weighting() {
    return WeightingStrategies.named(strategy, kappa);
  }

  /** The same with its state in a directory. */
  public WeightsConfig at(Path directory) {
    return new WeightsConfig(
        strategy,
        kappa,
        exploration,
        minProbabilityChange,
        updateIntervalMs,
        versionsKept,
        versionsRemembered,
        announcementWaitMs,
        applicationId,
        directory,
        commitIntervalMs,
        threads,
        standbyReplicas);
  }
}
