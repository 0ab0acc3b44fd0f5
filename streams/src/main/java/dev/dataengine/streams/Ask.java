package dev.dataengine.streams;

import org.apache.kafka.common.serialization.Serde;

/**
 * What the merge asks of the counting tasks: of one of them how a version stood at a time that it
 * could not know, since another partition has the earliest answer of a newer version; or of all of
 * them everything that they know, where the merge has lost its state.
 */
sealed interface Ask {

  /**
   * @param end up to which time answers of the version are on time
   */
  record AsOf(int partition, String pair, long version, long end) implements Ask {}

  record Everything() implements Ask {}

  /** Format 1 is a time, format 2 asks for everything. */
  Serde<Ask> SERDE =
      CompactSerde.of(
          "ask",
          ask -> ask instanceof AsOf ? 1 : 2,
          (ask, out) -> {
            if (ask instanceof AsOf asOf) {
              out.number(asOf.partition());
              out.text(asOf.pair());
              out.number(asOf.version());
              out.number(asOf.end());
            }
          },
          java.util.Map.of(
              1, in -> new AsOf((int) in.number(), in.text(), in.number(), in.number()),
              2, in -> new Everything()));
}
