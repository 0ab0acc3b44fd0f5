package dev.dataengine.streams;

import dev.dataengine.streams.Partial.TypeSum;
import dev.dataengine.streams.weighting.Tally;
import java.util.Collection;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * One version over all partitions.
 *
 * @param lineage empty where no partition knows it
 * @param questions number of questions of the benchmark; 0 where unknown
 * @param firstAt when its first answer was given, in milliseconds since 1970
 * @param types sums by question type
 */
record VersionSums(String lineage, int questions, long firstAt, SortedMap<String, TypeSum> types) {

  /** Types that weigh at most, so that an update of the weights is a record that can be sent. */
  static final int MOST_WEIGHED = 500;

  VersionSums {
    types = Collections.unmodifiableSortedMap(types);
  }

  static VersionSums of(Collection<Partial> partials) {
    String lineage = "";
    int questions = 0;
    long firstAt = Long.MAX_VALUE;
    SortedMap<String, TypeSum> types = new TreeMap<>();
    for (Partial partial : partials) {
      lineage = partial.lineage().isEmpty() ? lineage : partial.lineage();
      questions = Math.max(questions, partial.questions());
      firstAt = Math.min(firstAt, partial.firstAt());
      partial.types().forEach((type, sum) -> types.merge(type, sum, TypeSum::plus));
    }
    return new VersionSums(lineage, questions, firstAt, types);
  }

  long answered() {
    return types.values().stream().mapToLong(type -> type.all().n()).sum();
  }

  /** Whether every question was answered. */
  boolean isComplete() {
    return questions > 0 && answered() >= questions;
  }

  /** Whether every question had been answered when the next version began. */
  boolean wasComplete() {
    long onTime = types.values().stream().mapToLong(type -> type.onTime().n()).sum();
    return questions == 0 || onTime >= questions;
  }

  SortedMap<String, Tally> tallies() {
    return tallies(TypeSum::all);
  }

  SortedMap<String, Tally> onTimeTallies() {
    return tallies(TypeSum::onTime);
  }

  private SortedMap<String, Tally> tallies(Function<TypeSum, Sum> which) {
    SortedMap<String, Tally> tallies = new TreeMap<>();
    types.forEach(
        (type, sum) -> {
          if (which.apply(sum).n() > 0) {
            tallies.put(type, which.apply(sum).tally());
          }
        });
    while (tallies.size() > MOST_WEIGHED) {
      tallies.remove(tallies.lastKey());
    }
    return tallies;
  }
}
