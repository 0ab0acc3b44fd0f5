package dev.dataengine.streams.weighting;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a strategy decides on. A record, so that a strategy that wants to know more gets a further
 * component and the others stay as they are.
 *
 * @param tallies what the newest version did, by question type
 * @param previous the weights that the same strategy gave the version before, as they stood when
 *     the newest version began; empty for the first version
 */
public record Evidence(SortedMap<String, Tally> tallies, Map<String, Double> previous) {

  public Evidence {
    tallies = Collections.unmodifiableSortedMap(new TreeMap<>(tallies));
    previous = Map.copyOf(previous);
  }

  /** Types that either version knows, in order. */
  public SortedSet<String> types() {
    SortedSet<String> types = new TreeSet<>(previous.keySet());
    types.addAll(tallies.keySet());
    return types;
  }

  public Tally tally(String type) {
    return tallies.getOrDefault(type, Tally.NONE);
  }

  /** Errors per question of the newest version over all types; 0 where it answered none. */
  public double globalRate() {
    long n = tallies.values().stream().mapToLong(Tally::n).sum();
    double errors = tallies.values().stream().mapToDouble(Tally::errors).sum();
    return n == 0 ? 0 : errors / n;
  }
}
