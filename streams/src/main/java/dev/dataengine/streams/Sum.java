package dev.dataengine.streams;

import dev.dataengine.streams.weighting.Tally;
import org.apache.kafka.common.serialization.Serde;

/**
 * A sum over distinct questions of one type.
 *
 * @param model name of the model that answered last
 * @param n questions
 * @param errorNanos errors in billionths
 */
record Sum(String model, long n, long errorNanos) {

  static final Sum NONE = new Sum("", 0, 0);

  static final Serde<Sum> SERDE =
      CompactSerde.of(
          "sum",
          1,
          (sum, out) -> {
            out.writeUTF(sum.model());
            out.writeLong(sum.n());
            out.writeLong(sum.errorNanos());
          },
          in -> new Sum(in.readUTF(), in.readLong(), in.readLong()));

  Sum plus(Sum other) {
    return new Sum(other.model, n + other.n, errorNanos + other.errorNanos);
  }

  Sum minus(long questions, long nanos) {
    return new Sum(model, n - questions, errorNanos - nanos);
  }

  Tally tally() {
    // Beyond nine million questions the division may round up.
    return new Tally(n, Math.min((double) n, errorNanos / 1e9));
  }
}
