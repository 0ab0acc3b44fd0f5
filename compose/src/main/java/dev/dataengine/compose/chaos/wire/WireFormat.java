package dev.dataengine.compose.chaos.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;

/** Magic byte 0, schema id, Avro. Safe for several threads. */
public final class WireFormat {

  /** Magic byte and id. */
  public static final int HEAD = 5;

  private final Schemas schemas;

  public WireFormat(Schemas schemas) {
    this.schemas = schemas;
  }

  /**
   * Reads a value.
   *
   * @param event name of the record that it should be
   * @throws UnreadableException where it is none
   */
  public GenericRecord read(byte @Nullable [] value, String event)
      throws UnreadableException, InterruptedException {
    if (value == null) {
      throw new UnreadableException("a tombstone");
    }
    if (value.length < HEAD || value[0] != 0) {
      throw new UnreadableException(value.length + " bytes without magic byte and schema id");
    }
    int id = ByteBuffer.wrap(value).getInt(1);
    Optional<Schema> schema = schemas.byId(id);
    if (schema.isEmpty()) {
      throw new UnreadableException("schema id " + id + " is not known");
    }
    if (!schema.get().getName().equals(event)) {
      throw new UnreadableException("a " + schema.get().getName() + ", expected " + event);
    }
    try {
      return new GenericDatumReader<GenericRecord>(schema.get())
          .read(null, DecoderFactory.get().binaryDecoder(value, HEAD, value.length - HEAD, null));
    } catch (IOException | AvroRuntimeException | IndexOutOfBoundsException e) {
      throw new UnreadableException("no " + event + ": " + e);
    }
  }

  /** Writes a record under the id that another value has. */
  public static byte[] write(GenericRecord record, byte[] like) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(like, 0, HEAD);
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
    encoder.flush();
    return out.toByteArray();
  }
}
