package dev.dataengine.producers.images;

import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends records and waits out an outage of the broker, however long. What the producer has taken it
 * delivers in its own time; while it can take no more, the record is handed over again and again,
 * each time for a short while only, so that a stop need not wait for the broker. Owns the producer;
 * for one thread.
 */
final class ImageSender implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ImageSender.class);
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(2);

  private final Producer<byte[], byte[]> producer;
  private final BooleanSupplier running;
  private final Counter delivered;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

  ImageSender(Producer<byte[], byte[]> producer, BooleanSupplier running, Counter delivered) {
    this.producer = producer;
    this.running = running;
    this.delivered = delivered;
  }

  /** Adds what makes the producer patient to its settings; what is set already stays. */
  static Map<String, Object> patient(Map<String, Object> settings) {
    settings.putIfAbsent("delivery.timeout.ms", Integer.toString(Integer.MAX_VALUE));
    // How long one send may block, and with it a stop; it is tried again after that.
    settings.putIfAbsent("max.block.ms", "2000");
    return settings;
  }

  /** Returns once the producer has taken the record, or once the service stops. */
  void send(ProducerRecord<byte[], byte[]> record) {
    while (running.getAsBoolean() && !isTaken(record)) {
      log.atWarn().addKeyValue("topic", record.topic()).log("waiting for the broker");
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  /** False where the buffer stayed full or nothing was heard of the topic. */
  private boolean isTaken(ProducerRecord<byte[], byte[]> record) {
    Thread caller = Thread.currentThread();
    AtomicBoolean refused = new AtomicBoolean();
    var unused =
        producer.send(
            record,
            (metadata, problem) -> {
              if (problem == null) {
                delivered.increment();
              } else if (problem instanceof TimeoutException && Thread.currentThread() == caller) {
                // Before send returned, so it was never in the buffer: sent again, it comes once.
                refused.set(true);
              } else {
                failure.compareAndSet(null, problem);
              }
            });
    return !refused.get();
  }

  /**
   * Checks what was sent so far.
   *
   * @throws Exception the first failure that is final
   */
  void requireDelivered() throws Exception {
    Exception problem = failure.get();
    if (problem != null) {
      throw problem;
    }
  }

  /** Gives what was taken a little time to be delivered; the rest is sent after the next start. */
  @Override
  public void close() {
    producer.close(CLOSE_WITHIN);
  }
}
