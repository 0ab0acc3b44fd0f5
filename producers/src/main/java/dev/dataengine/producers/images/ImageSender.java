package dev.dataengine.producers.images;

import dev.dataengine.failure.Patience;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Sends records and waits out an outage of the broker, however long. What the producer has taken it
 * delivers in its own time; while it can take no more, the record is handed over again and again,
 * each time for a short while only, so that a stop need not wait for the broker. A record that the
 * broker never takes, for its size, is told and given up. Owns the producer; for one thread.
 */
final class ImageSender implements AutoCloseable {

  /** Without a delivery for so long the broker counts as away. */
  private static final Duration STUCK = Duration.ofSeconds(5);

  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(2);

  private final Producer<byte[], byte[]> producer;
  private final Patience patience;
  private final LongSupplier nanos;
  private final Consumer<ProducerRecord<byte[], byte[]>> delivered;
  private final Consumer<Refusal> refused;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private final AtomicLong outstanding = new AtomicLong();
  private final AtomicLong progressAt = new AtomicLong();

  /** A record that the broker does not take. */
  record Refusal(ProducerRecord<byte[], byte[]> record, RecordTooLargeException reason) {}

  /**
   * @param delivered told of every record that is on the topic, by any thread
   * @param refused told of every record that never will be, by any thread
   */
  ImageSender(
      Producer<byte[], byte[]> producer,
      Patience patience,
      LongSupplier nanos,
      Consumer<ProducerRecord<byte[], byte[]>> delivered,
      Consumer<Refusal> refused) {
    this.producer = producer;
    this.patience = patience;
    this.nanos = nanos;
    this.delivered = delivered;
    this.refused = refused;
  }

  /** What makes a producer patient, and a stop quick. */
  static Map<String, String> settings() {
    return Map.of(
        "delivery.timeout.ms",
        Integer.toString(Integer.MAX_VALUE),
        // how long one send may block, and with it a stop; it is tried again after that
        "max.block.ms",
        "2000");
  }

  /** Returns once the producer has taken the record. */
  void send(ProducerRecord<byte[], byte[]> record) throws Exception {
    patience.waitOut("the broker", () -> hand(record));
  }

  /** Throws where the buffer stayed full or nothing was heard of the topic. */
  private void hand(ProducerRecord<byte[], byte[]> record) {
    if (outstanding.getAndIncrement() == 0) {
      progressAt.set(nanos.getAsLong());
    }
    Thread caller = Thread.currentThread();
    AtomicReference<@Nullable TimeoutException> full = new AtomicReference<>();
    AtomicBoolean handing = new AtomicBoolean(true);
    var unused =
        producer.send(
            record,
            (metadata, problem) -> {
              outstanding.decrementAndGet();
              progressAt.set(nanos.getAsLong());
              if (problem == null) {
                delivered.accept(record);
              } else if (problem instanceof RecordTooLargeException large) {
                refused.accept(new Refusal(record, large));
              } else if (problem instanceof TimeoutException timeout
                  && handing.get()
                  && Thread.currentThread().equals(caller)) {
                // Before send returned, so it was never in the buffer: sent again, it comes once.
                full.set(timeout);
              } else {
                failure.compareAndSet(null, problem);
              }
            });
    handing.set(false);
    TimeoutException timeout = full.get();
    if (timeout != null) {
      throw timeout;
    }
  }

  /**
   * Checks what was sent so far; waits where nothing has been delivered for a while.
   *
   * @throws Exception the first failure that is final
   */
  void requireProgress() throws Exception {
    if (isStuck()) {
      patience.waitOut(
          "the broker",
          () -> {
            if (isStuck() && failure.get() == null) {
              throw new TimeoutException(outstanding + " images are not delivered yet");
            }
          });
    }
    Exception problem = failure.get();
    if (problem != null) {
      throw problem;
    }
  }

  private boolean isStuck() {
    return outstanding.get() > 0 && nanos.getAsLong() - progressAt.get() > STUCK.toNanos();
  }

  /** Gives what was taken a little time to be delivered; the rest is sent after the next start. */
  @Override
  public void close() {
    producer.close(CLOSE_WITHIN);
  }
}
