package dev.dataengine.serde;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a topic that is looked through on start and no input: what is no event is logged and left
 * out. It gets no dead letter, which the topic's consumers write, and which every start would
 * repeat.
 *
 * @param <T> the event's class
 */
public final class ReplayReader<T extends SpecificRecord> {

  private static final Logger log = LoggerFactory.getLogger(ReplayReader.class);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final EventSerde<T> serde;
  private final BooleanSupplier running;

  /**
   * @param running false ends the waiting for the registry
   */
  public ReplayReader(EventSerde<T> serde, BooleanSupplier running) {
    this.serde = serde;
    this.running = running;
  }

  /** The event; empty for a tombstone and for what is none. Waits while the registry is away. */
  public Optional<T> read(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return Optional.empty();
    }
    while (running.getAsBoolean()) {
      try {
        return serde.read(record, e -> leaveOut(record, e));
      } catch (RuntimeException e) {
        if (!RegistryFailures.isAway(e)) {
          throw e;
        }
        log.atWarn()
            .setCause(e)
            .addKeyValue("topic", record.topic())
            .log("waiting for the registry");
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
    return Optional.empty();
  }

  private static void leaveOut(ConsumerRecord<byte[], byte[]> record, RuntimeException e) {
    log.atWarn()
        .setCause(e)
        .addKeyValue("topic", record.topic())
        .addKeyValue("partition", record.partition())
        .addKeyValue("offset", record.offset())
        .log("record is no event and is left out");
  }
}
