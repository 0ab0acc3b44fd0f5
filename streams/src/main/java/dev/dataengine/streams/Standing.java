package dev.dataengine.streams;

import dev.dataengine.streams.weighting.Evidence;
import dev.dataengine.streams.weighting.WeightingStrategy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The partial sums of a model on a benchmark, and what follows from them; in memory, derived from
 * the store of the partial sums.
 */
final class Standing {

  private final WeightingStrategy strategy;
  private final NavigableMap<Long, SortedMap<Integer, Partial>> partials = new TreeMap<>();
  private final NavigableMap<Long, VersionSums> sums = new TreeMap<>();
  private @Nullable Chain chain;

  /** The ends that partitions were asked for and have not answered, by version and partition. */
  private final Map<Long, Map<Integer, Long>> asked = new HashMap<>();

  Standing(WeightingStrategy strategy) {
    this.strategy = strategy;
  }

  @Nullable Partial get(long version, int partition) {
    @Nullable SortedMap<Integer, Partial> found = partials.get(version);
    return found == null ? null : found.get(partition);
  }

  void put(Partial partial) {
    @Nullable VersionSums before = sums.get(partial.version());
    partials
        .computeIfAbsent(partial.version(), version -> new TreeMap<>())
        .put(partial.partition(), partial);
    // What it knew of an end it may have forgotten.
    answered(partial.version(), partial.partition());
    VersionSums now = VersionSums.of(partials.get(partial.version()).values());
    sums.put(partial.version(), now);
    boolean onlyNewest =
        before != null && before.firstAt() == now.firstAt() && partial.version() == sums.lastKey();
    if (!onlyNewest) {
      chain = null;
    }
  }

  private void answered(long version, int partition) {
    asked.computeIfPresent(
        version,
        (number, open) -> {
          open.remove(partition);
          return open.isEmpty() ? null : open;
        });
  }

  /** Whether a partition was asked and has not answered yet: what follows from it may be wrong. */
  boolean awaitsAnswers() {
    return !asked.isEmpty();
  }

  /** Forgets a version; what partitions it had. */
  List<Integer> remove(long version) {
    @Nullable SortedMap<Integer, Partial> found = partials.remove(version);
    sums.remove(version);
    asked.remove(version);
    chain = null;
    return found == null ? List.of() : List.copyOf(found.keySet());
  }

  boolean isEmpty() {
    return sums.isEmpty();
  }

  boolean has(long version) {
    return sums.containsKey(version);
  }

  long first() {
    return sums.firstKey();
  }

  long newest() {
    return sums.lastKey();
  }

  /** Sums of a version that is there. */
  VersionSums sumsOf(long version) {
    return Objects.requireNonNull(sums.get(version));
  }

  /** Versions that weigh no more and are not the first. */
  List<Long> forgottenUpTo(PairState state) {
    return sums.headMap(state.forgottenUpTo(), true).keySet().stream().skip(1).toList();
  }

  /** Versions that weigh. */
  NavigableMap<Long, VersionSums> weighing(PairState state) {
    return sums.tailMap(state.forgottenUpTo(), false);
  }

  Chain chain(PairState state) {
    @Nullable Chain known = chain;
    if (known == null) {
      known = new Chain(new TreeMap<>(weighing(state)), state.base(), strategy);
      chain = known;
    }
    return known;
  }

  /** After the state changed that the chain begins with. */
  void forgetChain() {
    chain = null;
  }

  /** What is known of the newest version. */
  Evidence evidence(PairState state) {
    long newest = newest();
    return Chain.newest(sumsOf(newest), chain(state).startedFrom(newest));
  }

  /**
   * Partial sums that count answers as on time that were given after the version's end, and were
   * not asked about yet. (A partition that knows of an earlier end is about to tell of it.)
   */
  List<Ask.AsOf> toAsk(String pair, PairState state) {
    Chain now = chain(state);
    List<Ask.AsOf> asks = new ArrayList<>();
    for (long version : weighing(state).keySet()) {
      long end = now.end(version);
      for (Partial partial : partials.getOrDefault(version, new TreeMap<>()).values()) {
        boolean holds = partial.end() <= end || partial.lastOnTime() <= end;
        if (!holds && isNews(version, partial.partition(), end)) {
          asks.add(new Ask.AsOf(partial.partition(), pair, version, end));
        }
      }
    }
    return asks;
  }

  /** Whether the partition was not asked for that end yet; from now on it was. */
  private boolean isNews(long version, int partition, long end) {
    @Nullable Long before =
        asked.computeIfAbsent(version, number -> new HashMap<>()).put(partition, end);
    return before == null || before != end;
  }
}
