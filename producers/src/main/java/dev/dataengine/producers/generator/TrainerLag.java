package dev.dataengine.producers.generator;

import dev.dataengine.clients.KafkaClients;
import dev.dataengine.failure.Patience;
import dev.dataengine.topics.Topic;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * How many samples wait to be trained: ends of the topic less what the trainers' group has
 * committed, or less the topic's start where it has committed nothing or what it had is gone.
 *
 * <p>An upper bound. Markers and aborted records between the samples are counted until the trainers
 * have passed them: they commit a consumer's position, also while idle, so nothing that will never
 * be consumed is counted for good. What is not decided yet is counted too: behind the open
 * transaction of another model's generator that died, the last stable offset would hide what this
 * one has written since, however much.
 *
 * <p>Partitions are looked up every time, so added ones are counted. Owns a consumer that reads
 * nothing; for one thread, but any may {@link #wake} it.
 */
final class TrainerLag implements AutoCloseable {

  private static final Duration ASK = Duration.ofSeconds(5);
  private static final String SAMPLES = Topic.VQA_SAMPLES.topicName();

  private final Consumer<byte[], byte[]> consumer;
  private final Patience patience;

  TrainerLag(KafkaClients clients, String model, Patience patience) {
    this.consumer =
        clients.consumer(
            "generator-lag",
            Map.of("group.id", group(model), "isolation.level", "read_uncommitted"));
    this.patience = patience;
  }

  /** The trainers' consumer group. */
  static String group(String model) {
    return "trainers." + model;
  }

  /** Asks the broker; waits for it. */
  long samples() throws Exception {
    return patience.waitOut("the broker", this::ask);
  }

  /** Sum of the ends: rises with everything that was ever written. */
  long written() throws Exception {
    return patience.waitOut(
        "the topic " + SAMPLES,
        () ->
            consumer.endOffsets(partitions(), ASK).values().stream()
                .mapToLong(Long::longValue)
                .sum());
  }

  private long ask() {
    Set<TopicPartition> partitions = partitions();
    // committed before the ends: what is trained in between is counted too often, not too rarely
    Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(partitions, ASK);
    Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions, ASK);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, ASK);
    long lag = 0;
    for (TopicPartition partition : partitions) {
      long start = starts.getOrDefault(partition, 0L);
      OffsetAndMetadata done = committed.get(partition);
      long from = done == null ? start : Math.max(start, done.offset());
      lag += Math.max(0, ends.getOrDefault(partition, 0L) - from);
    }
    return lag;
  }

  private Set<TopicPartition> partitions() {
    List<PartitionInfo> infos = consumer.partitionsFor(SAMPLES, ASK);
    if (infos == null || infos.isEmpty()) {
      throw new UnknownTopicOrPartitionException(
          "topic " + SAMPLES + " is not there; 'dataengine topics create' makes it");
    }
    Set<TopicPartition> partitions = new HashSet<>();
    infos.forEach(info -> partitions.add(new TopicPartition(info.topic(), info.partition())));
    return partitions;
  }

  void wake() {
    consumer.wakeup();
  }

  @Override
  public void close() {
    consumer.close();
  }
}
