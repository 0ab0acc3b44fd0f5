package dev.dataengine.serde;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Reads consumed records as events; what is no event goes to the dead letters and reads as empty.
 *
 * @param <T> the event's class
 */
public final class EventReader<T extends SpecificRecord> {

  private final EventSerde<T> serde;
  private final DeadLetters deadLetters;

  public EventReader(EventSerde<T> serde, DeadLetters deadLetters) {
    this.serde = serde;
    this.deadLetters = deadLetters;
  }

  /**
   * @throws SerializationException where the registry could not be asked: the record may be fine,
   *     so the caller tries again later
   */
  public Optional<T> read(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      deadLetters.send(record, "no value: expected an event, got a tombstone");
      return Optional.empty();
    }
    return serde.read(record, e -> deadLetters.send(record, reason(e)));
  }

  /** The record's key as text; empty where it has none. */
  public static String key(ConsumerRecord<byte[], byte[]> record) {
    return record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
  }

  private static String reason(RuntimeException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return e.getMessage() + (cause == e ? "" : ": " + cause);
  }
}
