package dev.dataengine.streams;

import org.apache.kafka.common.serialization.Serde;

/**
 * What is remembered of a question that a version answered.
 *
 * @param type question type that the answer counted for
 * @param errorNanos 1 - score in billionths; whole numbers, so that sums do not depend on the order
 *     and taking an answer back leaves nothing behind
 * @param evaluatedAt when it was answered, in milliseconds since 1970
 * @param reported whether a bad case was written for it
 */
record Answer(String type, long errorNanos, long evaluatedAt, boolean reported) {

  static final Serde<Answer> SERDE =
      CompactSerde.of(
          "answer",
          1,
          (answer, out) -> {
            out.writeUTF(answer.type());
            out.writeLong(answer.errorNanos());
            out.writeLong(answer.evaluatedAt());
            out.writeBoolean(answer.reported());
          },
          in -> new Answer(in.readUTF(), in.readLong(), in.readLong(), in.readBoolean()));

  static long errorNanos(double score) {
    return Math.round((1 - score) * 1e9);
  }
}
