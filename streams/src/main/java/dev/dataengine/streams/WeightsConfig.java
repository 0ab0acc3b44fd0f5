package dev.dataengine.streams;

import dev.dataengine.streams.weighting.Smoothed;
import dev.dataengine.streams.weighting.WeightingStrategies;
import dev.dataengine.streams.weighting.WeightingStrategy;
import java.nio.file.Path;
import java.util.Objects;

/**
 * How results become weights.
 *
 * @param strategy name of the {@link WeightingStrategy}
 * @param kappa strength of what was known before, in questions; above 0
 * @param exploration share of the probability that is spread evenly over the types, 0 to 1
 * @param minProbabilityChange an update is written when a probability moved by as much, 0 to 1
 * @param updateIntervalMs least time between two updates of a benchmark, in milliseconds
 * @param versionsKept newest versions of a model on a benchmark whose answers are remembered by
 *     question, from 1; results of older ones are dropped and counted
 * @param versionsRemembered newest versions whose sums and statistics are remembered, beside the
 *     first one; at least those kept
 * @param announcementWaitMs how long a result may be ahead of its version's announcement, in
 *     milliseconds
 * @param applicationId the Streams application: consumer group, transactions, internal topics
 * @param stateDir directory of the local state, rebuilt from the broker where it is missing
 * @param commitIntervalMs length of a transaction, in milliseconds; others see what was written
 *     when it ends
 * @param threads stream threads, from 1; no more than the input has partitions are of use
 * @param standbyReplicas further instances that hold a copy of the state, from 0
 */
public record WeightsConfig(
    String strategy,
    double kappa,
    double exploration,
    double minProbabilityChange,
    long updateIntervalMs,
    int versionsKept,
    int versionsRemembered,
    long announcementWaitMs,
    String applicationId,
    Path stateDir,
    long commitIntervalMs,
    int threads,
    int standbyReplicas) {

  public WeightsConfig {
    Objects.requireNonNull(strategy, "strategy is missing");
    Objects.requireNonNull(stateDir, "state-dir is missing");
    check(
        WeightingStrategies.names().contains(strategy),
        "strategy",
        "one of " + WeightingStrategies.names(),
        strategy);
    check(kappa > 0 && kappa < Double.POSITIVE_INFINITY, "kappa", "a number above 0", kappa);
    check(exploration >= 0 && exploration <= 1, "exploration", "0 to 1", exploration);
    check(
        minProbabilityChange >= 0 && minProbabilityChange <= 1,
        "min-probability-change",
        "0 to 1",
        minProbabilityChange);
    check(updateIntervalMs >= 1, "update-interval-ms", "at least 1", updateIntervalMs);
    check(versionsKept >= 1, "versions-kept", "at least 1", versionsKept);
    check(
        versionsRemembered >= versionsKept,
        "versions-remembered",
        "at least versions-kept, which is " + versionsKept,
        versionsRemembered);
    check(announcementWaitMs >= 0, "announcement-wait-ms", "0 or more", announcementWaitMs);
    check(
        applicationId != null && applicationId.matches("[A-Za-z0-9._-]+"),
        "application-id",
        "letters, digits, '.', '_' and '-'",
        applicationId);
    check(commitIntervalMs >= 1, "commit-interval-ms", "at least 1", commitIntervalMs);
    check(threads >= 1, "threads", "at least 1", threads);
    check(standbyReplicas >= 0, "standby-replicas", "0 or more", standbyReplicas);
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

  private static void check(boolean holds, String where, String expected, Object got) {
    if (!holds) {
      throw new IllegalArgumentException(
          "weights." + where + ": expected " + expected + ", got '" + got + "'");
    }
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
