package dev.dataengine.workers.train;

import dev.dataengine.config.ConnectionConfig;
import dev.dataengine.topics.Topic;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/**
 * The records of {@code vqa-samples} in the order they arrive, from where the trainer's progress
 * stands. The worker is a static member of its group: after a kill it has its partitions back as
 * soon as it joins, without waiting for a session to expire.
 */
final class SampleFeed implements AutoCloseable, ConsumerRebalanceListener {

  private static final Duration COMMIT_INTERVAL = Duration.ofMillis(250);
  private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(2);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Progress progress;
  private final Deque<ConsumerRecord<byte[], byte[]>> waiting = new ArrayDeque<>();
  private long lastCommit = System.nanoTime();

  SampleFeed(TrainerConfig config, ConnectionConfig connection, Progress progress) {
    this.progress = progress;
    Map<String, Object> settings = connection.consumer(config.worker(), config.group());
    settings.putIfAbsent("group.instance.id", config.worker());
    settings.putIfAbsent("max.poll.records", Integer.toString(2 * config.batchSamples()));
    this.consumer = new KafkaConsumer<>(settings);
    consumer.subscribe(List.of(Topic.VQA_SAMPLES.topicName()), this);
  }

  KafkaConsumer<byte[], byte[]> consumer() {
    return consumer;
  }

  /** Records that wait to be taken. */
  int waiting() {
    return waiting.size();
  }

  /** The next record; only where {@link #waiting} is above 0. */
  ConsumerRecord<byte[], byte[]> take() {
    return waiting.remove();
  }

  /** Asks the broker for more, waiting at most so long. */
  void poll(Duration atMost) {
    consumer.poll(atMost).forEach(waiting::add);
  }

  /** Tells the group how far training is, now and then; for lag only. */
  void commitNowAndThen() {
    if (System.nanoTime() - lastCommit >= COMMIT_INTERVAL.toNanos()) {
      lastCommit = System.nanoTime();
      consumer.commitAsync(offsets(), null);
    }
  }

  /** The same at once, also where a wake-up to stop is still pending. */
  void commit() {
    try {
      consumer.commitSync(offsets(), COMMIT_TIMEOUT);
    } catch (WakeupException e) {
      consumer.commitSync(offsets(), COMMIT_TIMEOUT);
    }
  }

  private Map<TopicPartition, OffsetAndMetadata> offsets() {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (TopicPartition partition : consumer.assignment()) {
      offsets.put(partition, new OffsetAndMetadata(progress.next(partition)));
    }
    return offsets;
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    partitions.forEach(partition -> consumer.seek(partition, progress.next(partition)));
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    waiting.removeIf(r -> partitions.contains(new TopicPartition(r.topic(), r.partition())));
  }

  @Override
  public void close() {
    consumer.close();
  }
}
