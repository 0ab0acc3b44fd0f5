package dev.dataengine.producers.loop;

import dev.dataengine.producers.loop.FakeCluster.Ask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/** Reads a {@link FakeCluster} as a consumer of committed records does. */
final class FakeConsumer extends MockConsumer<byte[], byte[]> {

  private static final int MOST_RECORDS = 500;

  private final FakeCluster cluster;
  private final String group;
  private final Map<TopicPartition, Long> positions = new LinkedHashMap<>();

  FakeConsumer(FakeCluster cluster, String group) {
    super("earliest");
    this.cluster = cluster;
    this.group = group;
  }

  @Override
  public synchronized Set<TopicPartition> assignment() {
    return Set.copyOf(positions.keySet());
  }

  @Override
  public synchronized void assign(Collection<TopicPartition> partitions) {
    positions.keySet().retainAll(partitions);
    partitions.forEach(partition -> positions.putIfAbsent(partition, 0L));
  }

  @Override
  public synchronized void seek(TopicPartition partition, long offset) {
    positions.put(partition, offset);
  }

  @Override
  public synchronized void seekToBeginning(Collection<TopicPartition> partitions) {
    partitions.forEach(partition -> positions.put(partition, 0L));
  }

  @Override
  public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    cluster.ask(Ask.POLL);
    Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> records = new HashMap<>();
    int count = 0;
    for (Map.Entry<TopicPartition, Long> at : positions.entrySet()) {
      List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
      // beyond the end of a log that is another: "earliest", as it is asked to
      long offset = at.getValue() > cluster.end(at.getKey()) ? 0 : at.getValue();
      for (; offset < cluster.end(at.getKey()) && count < MOST_RECORDS; offset++) {
        ConsumerRecord<byte[], byte[]> record = cluster.visible(at.getKey(), offset);
        if (record != null) {
          found.add(record);
          count++;
        }
      }
      at.setValue(offset);
      if (!found.isEmpty()) {
        records.put(at.getKey(), found);
      }
    }
    if (count == 0) {
      cluster.passPoll(timeout);
    }
    return new ConsumerRecords<>(records, Map.of());
  }

  @Override
  public synchronized long position(TopicPartition partition, Duration timeout) {
    cluster.ask(Ask.POSITION);
    return positions.getOrDefault(partition, 0L);
  }

  @Override
  public Map<TopicPartition, Long> beginningOffsets(
      Collection<TopicPartition> partitions, Duration timeout) {
    cluster.ask(Ask.OFFSETS);
    Map<TopicPartition, Long> offsets = new HashMap<>();
    partitions.forEach(partition -> offsets.put(partition, 0L));
    return offsets;
  }

  @Override
  public Map<TopicPartition, Long> endOffsets(
      Collection<TopicPartition> partitions, Duration timeout) {
    cluster.ask(Ask.OFFSETS);
    Map<TopicPartition, Long> offsets = new HashMap<>();
    partitions.forEach(partition -> offsets.put(partition, cluster.end(partition)));
    return offsets;
  }

  @Override
  public synchronized Map<TopicPartition, OffsetAndMetadata> committed(
      Set<TopicPartition> partitions, Duration timeout) {
    cluster.ask(Ask.COMMITTED);
    Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
    for (TopicPartition partition : partitions) {
      committed.put(partition, cluster.committed(group).get(partition));
    }
    return committed;
  }

  @Override
  public List<PartitionInfo> partitionsFor(String topic, Duration timeout) {
    cluster.ask(Ask.PARTITIONS);
    List<PartitionInfo> infos = new ArrayList<>();
    for (int i = 0; i < cluster.partitions(topic); i++) {
      infos.add(new PartitionInfo(topic, i, null, null, null));
    }
    return infos;
  }

  @Override
  @SuppressWarnings("removal") // as a consumer without members has it
  public ConsumerGroupMetadata groupMetadata() {
    return new ConsumerGroupMetadata(group);
  }
}
