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
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records of {@code vqa-samples} in the order they arrive, from where the trainer's progress
 * stands. The worker is a static member of its group: after a kill it has its partitions back as
 * soon as it joins, without waiting for a session to expire.
 */
final class SampleFeed implements AutoCloseable, ConsumerRebalanceListener {

  private static final Logger log = LoggerFactory.getLogger(SampleFeed.class);
  private static final Duration COMMIT_INTERVAL = Duration.ofMillis(250);
  private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(2);

  private final Consumer<byte[], byte[]> consumer;
  private final Progress progress;
  private final int batchSamples;
  private final Deque<ConsumerRecord<byte[], byte[]>> waiting = new ArrayDeque<>();
  private Map<TopicPartition, OffsetAndMetadata> told = Map.of();
  private long lastCommit = System.nanoTime();

  SampleFeed(Consumer<byte[], byte[]> consumer, int batchSamples, Progress progress) {
    this.consumer = consumer;
    this.batchSamples = batchSamples;
    this.progress = progress;
    consumer.subscribe(List.of(Topic.VQA_SAMPLES.topicName()), this);
  }

  /** A feed with a consumer of its own, which it closes. */
  static SampleFeed open(TrainerConfig config, ConnectionConfig connection, Progress progress) {
    Map<String, Object> settings = connection.consumer(config.worker(), config.group());
    settings.putIfAbsent("group.instance.id", config.worker());
    // the checkpoint says where to read; anywhere else samples would be skipped or train twice
    settings.put("auto.offset.reset", "none");
    settings.putIfAbsent("max.poll.records", Integer.toString(2 * config.batchSamples()));
    return new SampleFeed(new KafkaConsumer<>(settings), config.batchSamples(), progress);
  }

  Consumer<byte[], byte[]> consumer() {
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

  /**
   * Asks the broker for more, waiting at most so long; where a batch waits already, asks for
   * nothing and does not wait, so that a backlog of any length stays on the broker.
   */
  void poll(Duration atMost) {
    boolean enough = waiting.size() >= batchSamples;
    if (enough) {
      consumer.pause(consumer.assignment());
    } else {
      consumer.resume(consumer.paused());
    }
    try {
      consumer.poll(enough ? Duration.ZERO : atMost).forEach(waiting::add);
    } catch (OffsetOutOfRangeException e) {
      onPartitionsAssigned(e.partitions());
    }
  }

  /** Tells the group how far training is, now and then; for lag only. */
  void commitNowAndThen() {
    if (System.nanoTime() - lastCommit >= COMMIT_INTERVAL.toNanos()) {
      lastCommit = System.nanoTime();
      Map<TopicPartition, OffsetAndMetadata> offsets = offsets();
      if (!offsets.equals(told)) {
        consumer.commitAsync(offsets, null);
        told = offsets;
      }
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
    Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    for (TopicPartition partition : partitions) {
      long next = progress.next(partition);
      long start = starts.getOrDefault(partition, 0L);
      long end = ends.getOrDefault(partition, Long.MAX_VALUE);
      if (next > end) {
        throw new IllegalStateException(
            "%s ends at offset %d, but the checkpoint has read it up to %d: the topic was made anew or lost records; restore it, or begin anew in another checkpoint-directory"
                .formatted(partition, end, next));
      }
      if (next < start && next > 0) {
        log.atWarn()
            .addKeyValue("partition", partition)
            .addKeyValue("samples", start - next)
            .log("samples were deleted from the topic before they were trained on");
      }
      consumer.seek(partition, Math.max(next, start));
    }
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
