package dev.dataengine.workers.evaluate;

import dev.dataengine.failure.FailureKind;
import dev.dataengine.failure.Failures;
import dev.dataengine.failure.Patience;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Records on their way to the broker. One that the producer gave up since the broker was away is
 * sent again, so nothing is lost; it may arrive twice. One thread owns an outbox; the producer's
 * tells it what became of records.
 */
final class Outbox {

  private static final Duration LOOK = Duration.ofMillis(10);

  /** After so long without an answer the broker counts as away. */
  private static final int LOOKS = 500;

  private final Producer<byte[], byte[]> producer;
  private final Patience patience;
  private final AtomicInteger underway = new AtomicInteger();
  private final Queue<Failed> failed = new ConcurrentLinkedQueue<>();

  private record Failed(ProducerRecord<byte[], byte[]> record, Exception reason) {}

  Outbox(Producer<byte[], byte[]> producer, Patience patience) {
    this.producer = producer;
    this.patience = patience;
  }

  /** Hands a record to the producer, and waits where that has no place for it. */
  void send(ProducerRecord<byte[], byte[]> record) throws Exception {
    patience.waitOut("the broker", () -> hand(record));
  }

  private void hand(ProducerRecord<byte[], byte[]> record) {
    AtomicBoolean open = new AtomicBoolean(true);
    underway.incrementAndGet();
    try {
      var unused =
          producer.send(
              record,
              (metadata, failure) -> {
                if (failure != null) {
                  failed.add(new Failed(record, failure));
                }
                if (open.getAndSet(false)) {
                  underway.decrementAndGet();
                }
              });
    } catch (RuntimeException e) {
      if (open.getAndSet(false)) {
        underway.decrementAndGet();
      }
      throw e;
    }
  }

  /** Whether a record came back. */
  boolean hasFailed() {
    return !failed.isEmpty();
  }

  /**
   * Waits until the broker has all that was sent.
   *
   * @throws Exception why the broker does not take a record, where trying again would not help
   */
  void settle() throws Exception {
    patience.waitOut("the broker", this::settleOnce);
  }

  private void settleOnce() throws Exception {
    for (int back = failed.size(); back > 0; back--) {
      Failed each = failed.element();
      if (Failures.kindOf(each.reason()) != FailureKind.AWAY) {
        throw each.reason();
      }
      hand(each.record());
      failed.remove();
    }
    for (int i = 0; i < LOOKS && underway.get() > 0 && patience.pause(LOOK); i++) {
      // the producer's thread works meanwhile
    }
    if (underway.get() > 0 || hasFailed()) {
      throw new TimeoutException(
          "the broker has not taken %d records".formatted(underway.get() + failed.size()));
    }
  }
}
