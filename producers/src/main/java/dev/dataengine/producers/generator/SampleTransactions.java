package dev.dataengine.producers.generator;

import dev.dataengine.failure.FailureKind;
import dev.dataengine.failure.Failures;
import dev.dataengine.failure.MisconfiguredException;
import dev.dataengine.failure.Patience;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApplicationRecoverableException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.common.errors.TransactionAbortedException;
import org.jspecify.annotations.Nullable;

/**
 * Sends batches of records with the input offsets, each whole and once, however often it takes.
 *
 * <p>After a failure the producer is made anew, which ends whatever transaction it left behind:
 * aborted, or committed where only the answer was lost. Which of both, the committed offsets tell:
 * they carry the batch's id as metadata. A batch that is not there is sent again.
 *
 * <p>Being fenced by another producer of the same transactional.id is final; being fenced because
 * we stood still for longer than a transaction may take is not. For one thread.
 */
final class SampleTransactions implements AutoCloseable {

  /** How long the broker lets a transaction be open. */
  static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(60);

  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(2);
  private static final Duration ASK = Duration.ofSeconds(5);

  private final Supplier<Producer<byte[], byte[]>> producers;
  private final Consumer<byte[], byte[]> group;
  private final Patience patience;
  private final LongSupplier nanos;
  private @Nullable Producer<byte[], byte[]> producer;

  /**
   * @param producers makes transactional producers, all of one id
   * @param group a consumer of the group that the offsets are committed for
   */
  SampleTransactions(
      Supplier<Producer<byte[], byte[]>> producers,
      Consumer<byte[], byte[]> group,
      Patience patience,
      LongSupplier nanos) {
    this.producers = producers;
    this.group = group;
    this.patience = patience;
    this.nanos = nanos;
  }

  private static final class LostTransaction extends RetriableException {
    private static final long serialVersionUID = 1L;

    LostTransaction(Throwable cause) {
      super("the transaction was lost: " + Failures.reason(cause), cause);
    }
  }

  /** Ends what an earlier producer of the id left open; waits for the broker. */
  void open() throws Exception {
    patience.waitOut("the broker", () -> guarded(nanos.getAsLong(), this::producer));
  }

  /**
   * One transaction; returns when it is committed.
   *
   * @param id of the batch, never used before
   * @param offsets input offsets to commit, of at least one partition
   * @throws dev.dataengine.failure.StoppedException where the service stops first; then it may be
   *     committed or not
   * @throws MisconfiguredException where another instance has taken over, or the broker takes no
   *     records of this size
   */
  void send(
      String id, List<ProducerRecord<byte[], byte[]>> records, Map<TopicPartition, Long> offsets)
      throws Exception {
    boolean[] tried = {false};
    patience.waitOut(
        "the broker",
        () -> {
          long begun = nanos.getAsLong();
          guarded(
              begun,
              () -> {
                Producer<byte[], byte[]> open = producer();
                if (tried[0] && isCommitted(id, offsets)) {
                  return open;
                }
                tried[0] = true;
                transact(open, id, records, offsets);
                return open;
              });
        });
  }

  private void transact(
      Producer<byte[], byte[]> open,
      String id,
      List<ProducerRecord<byte[], byte[]>> records,
      Map<TopicPartition, Long> offsets)
      throws Exception {
    open.beginTransaction();
    for (ProducerRecord<byte[], byte[]> record : records) {
      requireTaken(open.send(record));
    }
    Map<TopicPartition, OffsetAndMetadata> marked = new java.util.HashMap<>();
    offsets.forEach(
        (partition, offset) -> marked.put(partition, new OffsetAndMetadata(offset, id)));
    open.sendOffsetsToTransaction(marked, group.groupMetadata());
    open.commitTransaction();
  }

  /** What fails at once need not be followed by as long a wait for each of the others. */
  private static void requireTaken(Future<RecordMetadata> sent) throws Exception {
    if (sent.isDone()) {
      try {
        sent.get();
      } catch (ExecutionException e) {
        throw e.getCause() instanceof Exception cause ? cause : e;
      }
    }
  }

  private boolean isCommitted(String id, Map<TopicPartition, Long> offsets) {
    return group.committed(offsets.keySet(), ASK).values().stream()
        .anyMatch(committed -> committed != null && id.equals(committed.metadata()));
  }

  /** Runs the attempt; after a failure there is no producer, and the failure says what it is. */
  private Producer<byte[], byte[]> guarded(
      long begun, Patience.Call<Producer<byte[], byte[]>> attempt) throws Exception {
    try {
      return attempt.run();
    } catch (KafkaException e) {
      close();
      throw judged(e, nanos.getAsLong() - begun);
    } catch (Exception e) {
      close();
      throw e;
    }
  }

  private static RuntimeException judged(KafkaException e, long openNanos) {
    for (@Nullable Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof ProducerFencedException
          || cause instanceof InvalidProducerEpochException) {
        return openNanos >= TRANSACTION_TIMEOUT.toNanos()
            ? new LostTransaction(e)
            : new MisconfiguredException(
                "another generator has taken over: it runs with the same generator.transactional-id,"
                    + " or for the same benchmark and model where none is set; stop one of both",
                e);
      }
      if (cause instanceof RecordTooLargeException) {
        return new MisconfiguredException(
            "the broker takes no records of this size; raise max.message.bytes of the generator's"
                + " topics and its message.max.bytes to 1 MiB, Kafka's default: "
                + cause.getMessage(),
            e);
      }
      if (cause instanceof ApplicationRecoverableException
          || cause instanceof TransactionAbortableException
          || cause instanceof TransactionAbortedException) {
        return new LostTransaction(e);
      }
      if (Failures.kindOf(cause) == FailureKind.AWAY) {
        return e;
      }
    }
    return e;
  }

  private Producer<byte[], byte[]> producer() {
    Producer<byte[], byte[]> open = producer;
    if (open == null) {
      open = producers.get();
      producer = open;
      open.initTransactions();
    }
    return open;
  }

  @Override
  public void close() {
    Producer<byte[], byte[]> open = producer;
    producer = null;
    if (open != null) {
      open.close(CLOSE_WITHIN);
    }
  }
}
