package dev.dataengine.serde;

import dev.dataengine.topics.Topic;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Events of one type to and from bytes in Confluent's wire format (magic byte, schema id, Avro).
 * Values only: keys are UTF-8 strings. Safe for use by several threads.
 *
 * <p>A record also says itself which schema it was written with ({@link SchemaFingerprint}). Where
 * that is the reader's own, it is read by that, whatever the registry names by the id now; where it
 * is neither the reader's nor what the registry names by the id, the record waits: an emptied
 * registry has it read by no other schema.
 *
 * @param <T> the event's class
 */
public final class EventSerde<T extends SpecificRecord> {

  /** Magic byte and id. */
  private static final int PREFIX = 5;

  private static final Duration RECHECK = Duration.ofSeconds(10);

  private static final int NOT_FOUND = 404;

  private final Class<T> type;
  private final SchemaRegistryClient registry;
  private final long own;
  private final SpecificDatumReader<T> ownReader;
  private final Serializer<Object> serializer;
  private final Deserializer<Object> deserializer;

  private EventSerde(Class<T> type, SchemaRegistryClient registry, Map<String, ?> settings) {
    EventClasses.trust();
    this.type = type;
    this.registry = registry;
    this.ownReader = new SpecificDatumReader<>(type);
    this.own = SchemaFingerprint.of(ownReader.getSchema());
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
   * RegistryRefusedException} or about what was asked for. What it remembers it looks up again
   * every 10 s, in case that the registry was emptied.
   */
  public static SchemaRegistryClient registry(String url) {
    return registry(url, RECHECK);
  }

  /**
   * The same.
   *
   * @param recheck how old what is remembered may be
   */
  public static SchemaRegistryClient registry(String url, Duration recheck) {
    return RegistryClients.of(url, recheck);
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
   * @throws SerializationException where it has none: a tombstone, or bytes that are no such event;
   *     caused by {@link RegistryAwayException} where the registry names no schema, or another one,
   *     by its id
   */
  public T event(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      throw new SerializationException("no value: expected an event, got a tombstone");
    }
    return deserialize(record.topic(), record.headers(), record.value());
  }

  private T deserialize(String topic, Headers headers, byte[] bytes) {
    Long written = SchemaFingerprint.in(headers);
    if (written == null || bytes.length < PREFIX || bytes[0] != 0) {
      return deserialize(topic, bytes);
    }
    if (written == own) {
      return ownEvent(bytes);
    }
    try {
      int id = ByteBuffer.wrap(bytes).getInt(1);
      if (!isOf(named(id), written)) {
        registry.reset();
        requireNamed(topic, id, written);
      }
    } catch (IOException | RestClientException e) {
      throw new SerializationException(e.getMessage(), e);
    }
    return deserialize(topic, bytes);
  }

  private T ownEvent(byte[] bytes) {
    try {
      BinaryDecoder decoder =
          DecoderFactory.get().binaryDecoder(bytes, PREFIX, bytes.length - PREFIX, null);
      T event = ownReader.read(null, decoder);
      if (!decoder.isEnd()) {
        // a header that was carried over to a value of another schema
        throw new IOException("bytes behind the event: it was written with another schema");
      }
      return event;
    } catch (IOException | RuntimeException e) {
      throw new SerializationException("no " + type.getSimpleName() + ": " + e.getMessage(), e);
    }
  }

  private void requireNamed(String topic, int id, long written)
      throws IOException, RestClientException {
    Schema schema = named(id);
    if (!isOf(schema, written)) {
      throw new RegistryAwayException(
          ("registry: expected schema id %d to be what a record of %s was written with (fingerprint"
                  + " %s), got %s: it was emptied or replaced; restore its subjects with their ids")
              .formatted(id, topic, SchemaFingerprint.text(written), schema),
          null);
    }
  }

  private static boolean isOf(@Nullable Schema schema, long fingerprint) {
    return schema != null && SchemaFingerprint.of(schema) == fingerprint;
  }

  /** What the registry names by the id; null where it names nothing. */
  private @Nullable Schema named(int id) throws IOException, RestClientException {
    try {
      return registry.getSchemaById(id) instanceof AvroSchema avro ? avro.rawSchema() : null;
    } catch (RestClientException e) {
      if (e.getStatus() == NOT_FOUND) {
        return null;
      }
      throw e;
    }
  }

  /** The record's key as text; empty where it has none. */
  public static String key(ConsumerRecord<byte[], byte[]> record) {
    return record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
  }

  /** A record for a producer of bytes. */
  public ProducerRecord<byte[], byte[]> record(Topic topic, String key, T event) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            topic.topicName(),
            key.getBytes(StandardCharsets.UTF_8),
            serialize(topic.topicName(), event));
    SchemaFingerprint.put(record.headers(), own);
    return record;
  }

  /** As Kafka Streams takes it. */
  public Serde<T> serde() {
    return Serdes.serdeFrom(
        new Serializer<T>() {
          @Override
          public byte @Nullable [] serialize(String topic, T event) {
            return event == null ? null : EventSerde.this.serialize(topic, event);
          }

          @Override
          public byte @Nullable [] serialize(String topic, Headers headers, T event) {
            SchemaFingerprint.put(headers, own);
            return serialize(topic, event);
          }
        },
        new Deserializer<T>() {
          @Override
          public @Nullable T deserialize(String topic, byte[] bytes) {
            return bytes == null ? null : EventSerde.this.deserialize(topic, bytes);
          }

          @Override
          public @Nullable T deserialize(String topic, Headers headers, byte[] bytes) {
            return bytes == null ? null : EventSerde.this.deserialize(topic, headers, bytes);
          }
        });
  }
}
