package dev.dataengine.producers.loop;

import dev.dataengine.producers.loop.FakeCluster.Ask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes to a {@link FakeCluster}; what is sent lies with the broker until the transaction ends.
 */
final class FakeProducer extends MockProducer<byte[], byte[]> {

  private static final int LARGEST = 1 << 20;

  private final FakeCluster cluster;
  private final String transactionalId;
  private final List<ProducerRecord<byte[], byte[]>> sent = new ArrayList<>();
  private final Map<String, Map<TopicPartition, OffsetAndMetadata>> offsets = new HashMap<>();
  private int epoch = -1;
  private boolean open;
  private boolean broken;

  FakeProducer(FakeCluster cluster, String transactionalId) {
    super(/* autoComplete= */ true, null, new ByteArraySerializer(), new ByteArraySerializer());
    this.cluster = cluster;
    this.transactionalId = transactionalId;
  }

  @Override
  public void initTransactions() {
    cluster.ask(Ask.INIT);
    epoch = cluster.newEpoch(transactionalId);
  }

  @Override
  public void beginTransaction() {
    requireCurrent();
    if (open || broken) {
      throw new IllegalStateException("a transaction is open or broken");
    }
    open = true;
  }

  private void requireCurrent() {
    if (epoch < 0) {
      throw new IllegalStateException("initTransactions was not called");
    }
    if (epoch != cluster.epoch(transactionalId)) {
      throw new ProducerFencedException("there is a newer producer of " + transactionalId);
    }
  }

  @Override
  public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
    return send(record, null);
  }

  @Override
  public synchronized Future<RecordMetadata> send(
      ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {
    RecordMetadata metadata =
        new RecordMetadata(new TopicPartition(record.topic(), 0), 0, 0, 0, 0, 0);
    try {
      cluster.ask(Ask.SEND);
      int size =
          (record.key() == null ? 0 : record.key().length)
              + (record.value() == null ? 0 : record.value().length);
      if (size > LARGEST - 1024) {
        throw new RecordTooLargeException(size + " bytes");
      }
    } catch (KafkaException e) {
      broken = true;
      if (callback != null) {
        callback.onCompletion(metadata, e);
      }
      return CompletableFuture.failedFuture(e);
    }
    if (transactionalId.isEmpty()) {
      cluster.appendNow(record);
    } else if (!open) {
      throw new IllegalStateException("no transaction is open");
    } else {
      sent.add(record);
    }
    if (callback != null) {
      callback.onCompletion(metadata, null);
    }
    return CompletableFuture.completedFuture(metadata);
  }

  @Override
  public void sendOffsetsToTransaction(
      Map<TopicPartition, OffsetAndMetadata> positions, ConsumerGroupMetadata group) {
    cluster.ask(Ask.SEND_OFFSETS);
    offsets.put(group.groupId(), Map.copyOf(positions));
  }

  @Override
  public void commitTransaction() {
    try {
      cluster.ask(Ask.COMMIT);
      requireCurrent();
      if (broken) {
        throw new KafkaException("cannot commit: the transaction is in an error state");
      }
    } catch (RuntimeException e) {
      broken = true;
      throw e;
    }
    try {
      cluster.ask(Ask.COMMIT_MARKERS);
    } catch (RuntimeException e) {
      cluster.prepare(transactionalId, sent, offsets);
      open = false;
      broken = true;
      throw e;
    }
    end(true);
    cluster.ask(Ask.COMMIT_ANSWER);
  }

  private void end(boolean commit) {
    if (open) {
      cluster.end(sent, offsets, commit);
    }
    open = false;
    sent.clear();
    offsets.clear();
  }

  @Override
  public void close() {
    close(Duration.ZERO);
  }

  /**
   * As a crash: the broker aborts what was open, when the next producer of the id comes at last.
   */
  @Override
  public void close(Duration timeout) {
    end(false);
  }
}
