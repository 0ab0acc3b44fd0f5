package dev.dataengine.serde;

import dev.dataengine.topics.Topic;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Events of one type to and from bytes in Confluent's wire format (magic byte, schema id, Avro).
 * Values only: keys are UTF-8 strings. Safe for use by several threads.
 *
 * @param <T> the event's class
 */
public final class EventSerde<T extends SpecificRecord> {

  private final Class<T> type;
  private final Serializer<Object> serializer;
  private final Deserializer<Object> deserializer;

  private EventSerde(Class<T> type, SchemaRegistryClient registry, Map<String, ?> settings) {
    EventClasses.trust();
    this.type = type;
    KafkaAvroSerializer avroSerializer = new KafkaAvroSerializer(registry);
    avroSerializer.configure(settings, false);
    KafkaAvroDeserializer avroDeserializer = new KafkaAvroDeserializer(registry);
    avroDeserializer.configure(settings, false);
    this.serializer = avroSerializer;
    this.deserializer = avroDeserializer;
  }

  /**
   * A client of the registry; share one for all serdes of a service. It waits at most 5 s for a
   * connection and 30 s for an answer; its failures are {@link RegistryAwayException}, {@link
   * RegistryRefusedException} or about what was asked for.
   */
  public static SchemaRegistryClient registry(String url) {
    return RegistryClients.of(url);
  }

  public static <T extends SpecificRecord> EventSerde<T> of(
      Class<T> type, SchemaRegistryClient registry) {
    return new EventSerde<>(
        type,
        registry,
        Map.of(
            "schema.registry.url", "unused: the client is given",
            "specific.avro.reader", true,
            "auto.register.schemas", true,
            "avro.remove.java.properties", true));
  }

  public byte[] serialize(String topic, T event) {
    return serializer.serialize(topic, event);
  }

  /**
   * Reads one event.
   *
   * @throws org.apache.kafka.common.errors.SerializationException where the bytes are no such event
   */
  public T deserialize(String topic, byte[] bytes) {
    return type.cast(deserializer.deserialize(topic, bytes));
  }

  /**
   * The record's event.
   *
   * @throws SerializationException where it has none: a tombstone, or bytes that are no such event
   */
  public T event(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      throw new SerializationException("no value: expected an event, got a tombstone");
    }
    return deserialize(record.topic(), record.value());
  }

  /** The record's key as text; empty where it has none. */
  public static String key(ConsumerRecord<byte[], byte[]> record) {
    return record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
  }

  /** A record for a producer of bytes. */
  public ProducerRecord<byte[], byte[]> record(Topic topic, String key, T event) {
    return new ProducerRecord<>(
        topic.topicName(),
        key.getBytes(StandardCharsets.UTF_8),
        serialize(topic.topicName(), event));
  }

  /** As Kafka Streams takes it. */
  public Serde<T> serde() {
    return Serdes.serdeFrom(
        (topic, event) -> event == null ? null : serialize(topic, event),
        (topic, bytes) -> bytes == null ? null : deserialize(topic, bytes));
  }
}
