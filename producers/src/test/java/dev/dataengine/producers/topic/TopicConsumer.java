package dev.dataengine.producers.topic;

import dev.dataengine.topics.Topic;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/** A consumer of topics that are there already, as a broker would have them. */
public final class TopicConsumer extends MockConsumer<byte[], byte[]> {

  private final Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> topics = new HashMap<>();

  public TopicConsumer() {
    super("earliest");
  }

  /** Adds an empty topic. */
  public void add(Topic topic, int partitions) {
    List<PartitionInfo> infos = new ArrayList<>();
    for (int i = 0; i < partitions; i++) {
      TopicPartition partition = new TopicPartition(topic.topicName(), i);
      infos.add(new PartitionInfo(partition.topic(), i, null, null, null));
      topics.put(partition, new ArrayList<>());
      updateBeginningOffsets(Map.of(partition, 0L));
      updateEndOffsets(Map.of(partition, 0L));
    }
    updatePartitions(topic.topicName(), infos);
  }

  /** Appends a record. */
  public void append(
      Topic topic, int partition, long timestamp, String key, byte @Nullable [] value) {
    TopicPartition where = new TopicPartition(topic.topicName(), partition);
    List<ConsumerRecord<byte[], byte[]>> records = topics.getOrDefault(where, new ArrayList<>());
    records.add(
        new ConsumerRecord<>(
            where.topic(),
            partition,
            records.size(),
            timestamp,
            TimestampType.CREATE_TIME,
            0,
            0,
            key.getBytes(StandardCharsets.UTF_8),
            value,
            new RecordHeaders(),
            Optional.empty()));
    updateEndOffsets(Map.of(where, (long) records.size()));
  }

  @Override
  public synchronized void assign(java.util.Collection<TopicPartition> partitions) {
    super.assign(partitions);
    for (TopicPartition partition : partitions) {
      topics.getOrDefault(partition, List.of()).forEach(this::addRecord);
    }
  }
}
