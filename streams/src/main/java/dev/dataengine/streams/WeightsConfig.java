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
                "newest model versions of a benchmark whose answers are remembered; results of older ones are dropped and counted",
            range = ">= 1")
        int versionsKept,
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
        int threads) {

  public WeightsConfig {
    Keys.check(
        WeightsConfig.class,
        strategy,
        kappa,
        exploration,
        minProbabilityChange,
        updateIntervalMs,
        versionsKept,
        applicationId,
        stateDir,
        commitIntervalMs,
        threads);
    if (!WeightingStrategies.names().contains(strategy)) {
      throw new KeyException(
          "strategy",
          "expected one of " + WeightingStrategies.names() + ", got '" + strategy + "'");
    }
  }

  public static WeightsConfig defaults() {
    return new WeightsConfig(
        Smoothed.NAME, 4, 0.05, 0.01, 200, 2, "dataengine-weights", Path.of(""), 100, 1);
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
        applicationId,
        directory,
        commitIntervalMs,
        threads);
  }
}
