package dev.dataengine.serde;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** Events with random content, every branch of every union now and then. */
final class SomeEvent {

  private final Random random;

  SomeEvent(long seed) {
    this.random = new Random(seed);
  }

  SpecificRecord of(Class<? extends SpecificRecord> type) {
    return record(SpecificData.get().getSchema(type));
  }

  private SpecificRecord record(Schema schema) {
    SpecificRecord record = (SpecificRecord) SpecificData.get().newRecord(null, schema);
    for (Schema.Field field : schema.getFields()) {
      record.put(field.pos(), value(field.schema()));
    }
    return record;
  }

  private @Nullable Object value(Schema schema) {
    return switch (schema.getType()) {
      case RECORD -> record(schema);
      case UNION -> value(schema.getTypes().get(random.nextInt(schema.getTypes().size())));
      case ARRAY -> list(schema.getElementType());
      // One entry, so that the order of entries does not tell two encodings apart.
      case MAP -> Map.of(text(), requireValue(schema.getValueType()));
      case ENUM ->
          SpecificData.get()
              .createEnum(
                  schema.getEnumSymbols().get(random.nextInt(schema.getEnumSymbols().size())),
                  schema);
      case STRING -> text();
      case BYTES -> ByteBuffer.wrap(text().getBytes(java.nio.charset.StandardCharsets.UTF_8));
      case INT -> random.nextInt();
      case LONG ->
          schema.getLogicalType() == null
              ? (Object) random.nextLong()
              : Instant.ofEpochMilli(random.nextInt());
      case FLOAT -> random.nextFloat();
      case DOUBLE -> random.nextDouble();
      case BOOLEAN -> random.nextBoolean();
      case NULL -> null;
      case FIXED -> throw new IllegalArgumentException("no event has a " + schema);
    };
  }

  private Object requireValue(Schema schema) {
    return java.util.Objects.requireNonNull(value(schema));
  }

  private List<@Nullable Object> list(Schema elements) {
    List<@Nullable Object> list = new ArrayList<>();
    for (int left = random.nextInt(3); left > 0; left--) {
      list.add(value(elements));
    }
    return list;
  }

  private String text() {
    return "té" + random.nextInt(1_000_000);
  }
}
