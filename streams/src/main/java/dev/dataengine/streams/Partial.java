package dev.dataengine.streams;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serde;

/**
 * All that one input partition knows of one version: absolute sums, which replace what it said
 * before. So a partial that is sent twice changes nothing.
 *
 * @param pair benchmark and model, as {@link Keys#pair} joins them
 * @param lineage of the version; empty where the partition does not know it any more
 * @param questions number of questions of the benchmark; 0 where unknown
 * @param firstAt when the version's first answer was given, in milliseconds since 1970
 * @param end up to which time (included) answers are on time: the earliest known answer of a newer
 *     version; {@link Long#MAX_VALUE} where there is none
 * @param lastOnTime when the last of the answers that are on time was given
 * @param types sums by question type
 */
record Partial(
    String pair,
    long version,
    int partition,
    String lineage,
    int questions,
    long firstAt,
    long end,
    long lastOnTime,
    Map<String, TypeSum> types)
    implements Merged {

  static final Serde<Partial> SERDE = CompactSerde.of("partial", 2, Partial::write, Partial::read);

  /**
   * Sums of one type.
   *
   * @param all answers that count
   * @param onTime those that counted when the next version began
   */
  record TypeSum(Sum all, Sum onTime) {
    static final TypeSum NONE = new TypeSum(Sum.NONE, Sum.NONE);

    TypeSum plus(TypeSum other) {
      return new TypeSum(all.plus(other.all), onTime.plus(other.onTime));
    }
  }

  Partial {
    types = Collections.unmodifiableMap(new TreeMap<>(types));
  }

  /** Distinct questions answered. */
  long answered() {
    return types.values().stream().mapToLong(type -> type.all().n()).sum();
  }

  Partial withLineage(String known) {
    return new Partial(pair, version, partition, known, questions, firstAt, end, lastOnTime, types);
  }

  /** The same with every type of another one, of which nothing may be left: that has to be told. */
  Partial withTypesOf(Partial other) {
    Map<String, TypeSum> all = new TreeMap<>(types);
    other.types.keySet().forEach(type -> all.putIfAbsent(type, TypeSum.NONE));
    return new Partial(pair, version, partition, lineage, questions, firstAt, end, lastOnTime, all);
  }

  void write(CompactOutput out) {
    out.text(pair);
    out.number(version);
    out.number(partition);
    out.text(lineage);
    out.number(questions);
    out.number(firstAt);
    out.number(end);
    out.number(lastOnTime);
    out.number(types.size());
    types.forEach(
        (type, sum) -> {
          out.text(type);
          sum.all().write(out);
          sum.onTime().write(out);
        });
  }

  static Partial read(CompactInput in) {
    String pair = in.text();
    long version = in.number();
    int partition = (int) in.number();
    String lineage = in.text();
    int questions = (int) in.number();
    long firstAt = in.number();
    long end = in.number();
    long lastOnTime = in.number();
    Map<String, TypeSum> types = new TreeMap<>();
    for (long left = in.number(); left > 0; left--) {
      types.put(in.text(), new TypeSum(Sum.read(in), Sum.read(in)));
    }
    return new Partial(
        pair, version, partition, lineage, questions, firstAt, end, lastOnTime, types);
  }
}
