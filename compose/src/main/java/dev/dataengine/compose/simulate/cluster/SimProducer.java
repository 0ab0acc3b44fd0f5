package dev.dataengine.compose.simulate.cluster;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What our services call of a producer. A record is with the broker when send returns. A commit may
 * go through and its answer be lost.
 */
public final class SimProducer {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final SimCluster cluster;
  private final @Nullable String transactionalId;
  private final BooleanSupplier losesAnswer;
  private int epoch;

  SimProducer(SimCluster cluster, @Nullable String transactionalId, BooleanSupplier losesAnswer) {
    this.cluster = cluster;
    this.transactionalId = transactionalId;
    this.losesAnswer = losesAnswer;
  }

  public void initTransactions() {
    answer();
    epoch = cluster.register(id());
  }

  public void beginTransaction() {
    requireCurrent();
  }

  public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
    return send(record, null);
  }

  public Future<RecordMetadata> send(
      ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {
    CompletableFuture<RecordMetadata> sent = new CompletableFuture<>();
    if (cluster.isAway()) {
      cluster.clock().advance(TIMEOUT);
      TimeoutException failure = new TimeoutException("the simulated broker is away");
      sent.completeExceptionally(failure);
      if (callback != null) {
        callback.onCompletion(null, failure);
      }
      return sent;
    }
    TopicPartition partition = cluster.partitionFor(record);
    long offset;
    if (transactionalId == null) {
      offset = cluster.append(record);
    } else {
      requireCurrent();
      offset = cluster.appendTo(id(), record);
    }
    RecordMetadata metadata =
        new RecordMetadata(partition, offset, 0, cluster.clock().millis(), 0, 0);
    sent.complete(metadata);
    if (callback != null) {
      callback.onCompletion(metadata, null);
    }
    return sent;
  }

  public void sendOffsetsToTransaction(
      Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
    answer();
    requireCurrent();
    cluster.addOffsets(id(), offsets, group.groupId());
  }

  public void commitTransaction() {
    answer();
    requireCurrent();
    cluster.commit(id());
    if (losesAnswer.getAsBoolean()) {
      throw new TimeoutException("the simulated answer to a commit was lost");
    }
  }

  public void abortTransaction() {
    answer();
    requireCurrent();
    cluster.abort(id());
  }

  public void flush() {}

  public void close() {}

  public void close(Duration timeout) {}

  private String id() {
    if (transactionalId == null) {
      throw new IllegalStateException("a producer without transactional.id");
    }
    return transactionalId;
  }

  private void requireCurrent() {
    if (!cluster.isCurrent(id(), epoch)) {
      throw new ProducerFencedException("another producer has the id " + transactionalId);
    }
  }

  private void answer() {
    if (cluster.isAway()) {
      cluster.clock().advance(TIMEOUT);
      throw new TimeoutException("the simulated broker is away");
    }
  }
}
