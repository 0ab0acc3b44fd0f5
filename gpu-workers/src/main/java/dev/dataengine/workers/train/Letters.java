package dev.dataengine.workers.train;

import dev.dataengine.failure.Patience;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Dead letters on their way. Offsets leave records behind only after {@link #flush}, so no letter
 * is lost; it is sent again until the broker has it. One thread owns it.
 */
final class Letters {

  private static final long SLICE_MS = 500;

  private final Producer<byte[], byte[]> producer;
  private final Patience patience;
  private final Deque<Letter> unsettled = new ArrayDeque<>();

  /** A letter, and its sending where that has begun. */
  private static final class Letter {
    private final ProducerRecord<byte[], byte[]> record;
    private @Nullable Future<RecordMetadata> sent;

    Letter(ProducerRecord<byte[], byte[]> record) {
      this.record = record;
    }
  }

  Letters(Producer<byte[], byte[]> producer, Patience patience) {
    this.producer = producer;
    this.patience = patience;
  }

  void send(ProducerRecord<byte[], byte[]> record) {
    Letter letter = new Letter(record);
    unsettled.add(letter);
    try {
      letter.sent = producer.send(record);
    } catch (RetriableException e) {
      // flush sends it again
      letter.sent = null;
    }
  }

  /** Waits until the broker has all of them. */
  void flush() throws Exception {
    while (!unsettled.isEmpty()) {
      Letter letter = unsettled.element();
      patience.waitOut("the broker", () -> settle(letter));
      unsettled.remove();
    }
  }

  private void settle(Letter letter) throws Exception {
    Future<RecordMetadata> sent = letter.sent == null ? producer.send(letter.record) : letter.sent;
    letter.sent = sent;
    try {
      sent.get(SLICE_MS, TimeUnit.MILLISECONDS);
    } catch (java.util.concurrent.TimeoutException e) {
      throw new TimeoutException("a dead letter is not with the broker yet", e);
    } catch (ExecutionException e) {
      letter.sent = null;
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }
}
