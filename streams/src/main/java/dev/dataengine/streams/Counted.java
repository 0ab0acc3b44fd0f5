package dev.dataengine.streams;

import dev.dataengine.events.BadCase;
import org.apache.kafka.common.serialization.Serde;

/** What the counting of results gives. */
sealed interface Counted {

  /** A wrong answer, to be shown to the generator. */
  record Wrong(BadCase badCase) implements Counted {}

  /**
   * All that one input partition knows of one version and type: an absolute sum, which replaces the
   * one that came before it. So a partial that is sent twice changes nothing.
   */
  record Partial(int partition, long version, String type, Sum sum) implements Counted {

    static final Serde<Partial> SERDE =
        CompactSerde.of(
            "partial",
            1,
            (partial, out) -> {
              out.writeInt(partial.partition());
              out.writeLong(partial.version());
              out.writeUTF(partial.type());
              out.writeUTF(partial.sum().model());
              out.writeLong(partial.sum().n());
              out.writeLong(partial.sum().errorNanos());
            },
            in ->
                new Partial(
                    in.readInt(),
                    in.readLong(),
                    in.readUTF(),
                    new Sum(in.readUTF(), in.readLong(), in.readLong())));
  }
}
