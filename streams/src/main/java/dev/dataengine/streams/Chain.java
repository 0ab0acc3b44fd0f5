package dev.dataengine.streams;

import dev.dataengine.streams.weighting.Evidence;
import dev.dataengine.streams.weighting.Tally;
import dev.dataengine.streams.weighting.WeightingStrategy;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How the weights of one version lead to the next one's, as if all results were read in the order
 * of time. A version ends when the first answer of any newer one is given; what it had reached then
 * is what the next one starts from. A version whose first answer comes after a newer one's has its
 * statistics and nothing else.
 *
 * <p>It is computed anew where older versions changed: so no order of reading is fixed in it.
 */
final class Chain {

  private final NavigableMap<Long, VersionSums> versions;
  private final Map<Long, Long> ends = new HashMap<>();
  private final Map<Long, Map<String, Double>> startedFrom = new HashMap<>();
  private final WeightingStrategy strategy;
  private Map<String, Double> reached;

  /**
   * @param versions those that weigh, at least one
   * @param base what the first of them starts from
   */
  Chain(
      NavigableMap<Long, VersionSums> versions,
      Map<String, Double> base,
      WeightingStrategy strategy) {
    this.versions = versions;
    this.strategy = strategy;
    this.reached = base;
    long end = Long.MAX_VALUE;
    for (var version : versions.descendingMap().entrySet()) {
      ends.put(version.getKey(), end);
      end = Math.min(end, version.getValue().firstAt());
    }
    versions.forEach(
        (version, sums) -> {
          startedFrom.put(version, reached);
          if (version < versions.lastKey()) {
            reached = passedOn(version, sums);
          }
        });
  }

  private Map<String, Double> passedOn(long version, VersionSums sums) {
    if (sums.firstAt() > end(version)) {
      return reached;
    }
    return strategy.weights(evidence(sums.onTimeTallies(), reached, sums.wasComplete()));
  }

  /** Up to which time, included, answers of the version are on time. */
  long end(long version) {
    return ends.getOrDefault(version, Long.MAX_VALUE);
  }

  /** What the version started from; it does not change with its own answers. */
  Map<String, Double> startedFrom(long version) {
    return startedFrom.getOrDefault(version, Map.of());
  }

  /** What is known of the newest version. */
  static Evidence newest(VersionSums sums, Map<String, Double> startedFrom) {
    return evidence(sums.tallies(), startedFrom, sums.isComplete());
  }

  /** A type that a version was evaluated completely without is gone. */
  private static Evidence evidence(
      SortedMap<String, Tally> tallies, Map<String, Double> previous, boolean complete) {
    NavigableMap<String, Double> standIns = new TreeMap<>(previous);
    if (complete) {
      standIns.keySet().retainAll(tallies.keySet());
    }
    while (standIns.size() + tallies.size() > 2 * VersionSums.MOST_WEIGHED) {
      standIns.pollLastEntry();
    }
    return new Evidence(tallies, standIns);
  }

  long newest() {
    return versions.lastKey();
  }
}
