package dev.dataengine.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dataengine.topics.Topic;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every event to bytes and back, by us and by a reader that knows nothing of our classes. */
class EventSerdeTest {

  private static final String TOPIC = "a-topic";

  private final MockSchemaRegistryClient registry = new MockSchemaRegistryClient();

  static Stream<Class<? extends SpecificRecord>> events() {
    return EventSchemas.files(EventSchemas.CURRENT).stream()
        .map(EventSchemas::parse)
        .map(schema -> classNamed(schema.getFullName()));
  }

  @Test
  void events_inTheFolder_areAllThere() {
    assertThat(events()).hasSizeGreaterThanOrEqualTo(11);
  }

  @ParameterizedTest
  @MethodSource("events")
  <T extends SpecificRecord> void deserialize_whatWasSerialized_isEqual(Class<T> type) {
    EventSerde<T> serde = EventSerde.of(type, registry);
    for (long seed = 0; seed < 50; seed++) {
      T event = type.cast(new SomeEvent(seed).of(type));

      assertThat(serde.deserialize(TOPIC, serde.serialize(TOPIC, event))).isEqualTo(event);
    }
  }

  /** A program that writes values anew may carry their headers over as they were. */
  @ParameterizedTest
  @MethodSource("events")
  <T extends SpecificRecord> void event_ofALaterSchemaUnderOurHeader_isNotReadAsOurs(
      Class<T> type) {
    EventSerde<T> serde = EventSerde.of(type, registry);
    ProducerRecord<byte[], byte[]> sent =
        serde.record(Topic.IMAGES, "key", type.cast(new SomeEvent(1).of(type)));
    byte[] longer = Arrays.copyOf(sent.value(), sent.value().length + 1);
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(sent.topic(), 0, 0, sent.key(), longer);
    sent.headers().forEach(record.headers()::add);

    assertThatThrownBy(() -> serde.event(record))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("written with another schema");
  }

  @ParameterizedTest
  @MethodSource("events")
  <T extends SpecificRecord> void independentDeserializer_readsTheSameContent(Class<T> type)
      throws IOException {
    EventSerde<T> serde = EventSerde.of(type, registry);
    try (KafkaAvroDeserializer independent =
        new KafkaAvroDeserializer(registry, Map.of("schema.registry.url", "mock://unused"))) {
      for (long seed = 0; seed < 50; seed++) {
        byte[] bytes = serde.serialize(TOPIC, type.cast(new SomeEvent(seed).of(type)));

        GenericRecord read = (GenericRecord) independent.deserialize(TOPIC, bytes);

        assertThat(read.getClass().getName()).startsWith("org.apache.avro.generic");
        assertThat(encode(read)).isEqualTo(java.util.Arrays.copyOfRange(bytes, 5, bytes.length));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("events")
  <T extends SpecificRecord> void serialize_registersTheSchemaOfTheFile(Class<T> type)
      throws Exception {
    EventSerde<T> serde = EventSerde.of(type, registry);

    serde.serialize(TOPIC, type.cast(new SomeEvent(1).of(type)));

    String registered = registry.getLatestSchemaMetadata(TOPIC + "-value").getSchema();
    assertThat(new org.apache.avro.SchemaParser().parse(registered).mainSchema())
        .isEqualTo(
            EventSchemas.parse(EventSchemas.CURRENT.resolve(type.getSimpleName() + ".avsc")));
  }

  private static byte[] encode(GenericRecord record) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
    new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
    return bytes.toByteArray();
  }

  private static Class<? extends SpecificRecord> classNamed(String name) {
    try {
      return Class.forName(name).asSubclass(SpecificRecord.class);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
