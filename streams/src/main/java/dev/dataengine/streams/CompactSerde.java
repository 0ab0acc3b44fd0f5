package dev.dataengine.streams;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * Serdes of what only this topology reads: one byte that names the format, then the fields as
 * {@link DataOutputStream} writes them. No registry, so that internal topics add no subjects there.
 * A change of a layout takes a new format number and keeps reading the old one.
 */
final class CompactSerde {

  /** Writes the fields. */
  interface Fields<T> {
    void write(T value, DataOutputStream out) throws IOException;
  }

  /** Reads the fields in the same order. */
  interface Reader<T> {
    T read(DataInputStream in) throws IOException;
  }

  private CompactSerde() {}

  static <T> Serde<T> of(String what, int format, Fields<T> fields, Reader<T> reader) {
    return Serdes.serdeFrom(
        (topic, value) -> value == null ? null : write(format, fields, value),
        (topic, bytes) -> bytes == null ? null : read(what, format, reader, bytes));
  }

  private static <T> byte[] write(int format, Fields<T> fields, T value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
    DataOutputStream out = new DataOutputStream(bytes);
    try {
      out.writeByte(format);
      fields.write(value, out);
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return bytes.toByteArray();
  }

  private static <T> T read(String what, int format, Reader<T> reader, byte[] bytes) {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    try {
      int found = in.readByte();
      if (found != format) {
        throw new SerializationException(
            what
                + ": expected format "
                + format
                + ", got "
                + found
                + "; another version of the application wrote it");
      }
      T value = reader.read(in);
      if (in.available() > 0) {
        throw new SerializationException(
            what + ": expected the end, got " + in.available() + " more bytes");
      }
      return value;
    } catch (IOException | IllegalArgumentException e) {
      throw new SerializationException(
          what + ": expected whole fields in " + bytes.length + " bytes", e);
    }
  }
}
