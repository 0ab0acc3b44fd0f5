package dev.dataengine.streams;

import java.util.Collections;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where a model stands on a benchmark, beside its partial sums.
 *
 * @param base weights that the oldest version of those remembered started from, {@code
 *     forgottenUpTo} and all before it being forgotten
 * @param forgottenUpTo newest version that weighs no more, but by the base; -1 before the first
 * @param resultsForgotten distinct questions that versions answered whose sums are not remembered
 * @param untold versions whose statistics changed since they were told
 * @param told the last update
 */
record PairState(
    Map<String, Double> base,
    long forgottenUpTo,
    long resultsForgotten,
    SortedSet<Long> untold,
    Told told)
    implements Merged {

  static final PairState NEW =
      new PairState(Map.of(), -1, 0, Collections.emptySortedSet(), Told.NOTHING);

  /**
   * An update of the weights.
   *
   * @param sequence 0 before the first
   * @param updatedAt when it was written, in milliseconds since 1970
   * @param version that it is about
   * @param complete whether it said that the version is evaluated completely
   */
  record Told(
      long sequence,
      long updatedAt,
      String strategy,
      long version,
      boolean complete,
      Map<String, Double> probabilities) {

    static final Told NOTHING = new Told(0, 0, "", -1, false, Map.of());

    Told {
      probabilities = Map.copyOf(probabilities);
    }
  }

  PairState {
    base = Map.copyOf(base);
    untold = Collections.unmodifiableSortedSet(new TreeSet<>(untold));
  }

  PairState with(Told now) {
    return new PairState(base, forgottenUpTo, resultsForgotten, untold, now);
  }

  PairState withUntold(SortedSet<Long> versions) {
    return new PairState(base, forgottenUpTo, resultsForgotten, versions, told);
  }

  /** With a version less, whose weights are the base of the next one. */
  PairState forgotten(long version, Map<String, Double> passedOn) {
    return new PairState(passedOn, version, resultsForgotten, untold, told);
  }

  PairState withForgotten(long results) {
    return new PairState(base, forgottenUpTo, resultsForgotten + results, untold, told);
  }

  void write(CompactOutput out) {
    write(base, out);
    out.number(forgottenUpTo);
    out.number(resultsForgotten);
    out.number(untold.size());
    untold.forEach(out::number);
    out.number(told.sequence);
    out.number(told.updatedAt);
    out.text(told.strategy);
    out.number(told.version);
    out.flag(told.complete);
    write(told.probabilities, out);
  }

  static PairState read(CompactInput in) {
    Map<String, Double> base = readMap(in);
    long forgottenUpTo = in.number();
    long resultsForgotten = in.number();
    SortedSet<Long> untold = new TreeSet<>();
    for (long left = in.number(); left > 0; left--) {
      untold.add(in.number());
    }
    Told told = new Told(in.number(), in.number(), in.text(), in.number(), in.flag(), readMap(in));
    return new PairState(base, forgottenUpTo, resultsForgotten, untold, told);
  }

  private static void write(Map<String, Double> map, CompactOutput out) {
    out.number(map.size());
    new TreeMap<>(map)
        .forEach(
            (key, value) -> {
              out.text(key);
              out.real(value);
            });
  }

  private static Map<String, Double> readMap(CompactInput in) {
    Map<String, Double> map = new TreeMap<>();
    for (long left = in.number(); left > 0; left--) {
      map.put(in.text(), in.real());
    }
    return map;
  }
}
