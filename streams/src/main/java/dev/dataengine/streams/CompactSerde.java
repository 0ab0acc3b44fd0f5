package dev.dataengine.streams;

import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/**
 * Serdes of what only this topology reads: one byte that names the format, then the fields. No
 * registry, so that internal topics add no subjects there. A change of a layout takes a new format
 * number and keeps reading the old one.
 */
final class CompactSerde {

  private CompactSerde() {}

  /** A serde that writes one format and reads no other. */
  static <T> Serde<T> of(
      String what, int format, BiConsumer<T, CompactOutput> writer, Function<CompactInput, T> in) {
    return of(what, value -> format, writer, Map.of(format, in));
  }

  /**
   * @param format that a value is written in
   * @param readers of every format that was ever written
   */
  static <T> Serde<T> of(
      String what,
      ToIntFunction<T> format,
      BiConsumer<T, CompactOutput> writer,
      Map<Integer, Function<CompactInput, T>> readers) {
    return Serdes.serdeFrom(
        (topic, value) -> value == null ? null : write(format.applyAsInt(value), writer, value),
        (topic, bytes) -> bytes == null ? null : read(what, readers, bytes));
  }

  private static <T> byte[] write(int format, BiConsumer<T, CompactOutput> writer, T value) {
    CompactOutput out = new CompactOutput();
    out.octet(format);
    writer.accept(value, out);
    return out.toBytes();
  }

  private static <T> T read(
      String what, Map<Integer, Function<CompactInput, T>> readers, byte[] bytes) {
    CompactInput in = new CompactInput(bytes);
    try {
      int format = in.octet();
      @Nullable Function<CompactInput, T> reader = readers.get(format);
      if (reader == null) {
        throw new SerializationException(
            what
                + ": expected format "
                + new TreeSet<>(readers.keySet())
                + ", got "
                + format
                + "; another version of the application wrote it");
      }
      T value = reader.apply(in);
      if (in.left() > 0) {
        throw new SerializationException(
            what + ": expected the end, got " + in.left() + " more bytes");
      }
      return value;
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      throw new SerializationException(
          what + ": expected whole fields in " + bytes.length + " bytes", e);
    }
  }
}
