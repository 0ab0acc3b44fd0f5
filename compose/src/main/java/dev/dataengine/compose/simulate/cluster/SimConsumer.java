package dev.dataengine.compose.simulate.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.clients.consumer.RetriableCommitFailedException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What our services call of a consumer of committed records. Its group has no other member. A poll
 * takes partitions in a random order and a random number of records of each, so that they run ahead
 * of each other; where the broker is away a poll is empty and anything else times out.
 */
public final class SimConsumer {
  private final SimCluster cluster;
  private final String group;
  private final int mostRecords;
  private final boolean committedOnly;
  private final RandomGenerator random;
  private final Map<TopicPartition, Long> positions = new LinkedHashMap<>();
  private final Set<TopicPartition> paused = new HashSet<>();
  private Collection<String> subscription = List.of();
  private @Nullable ConsumerRebalanceListener listener;

  /**
   * @param committedOnly whether ends are those of what is committed; a poll gives nothing else
   */
  SimConsumer(
      SimCluster cluster,
      String group,
      int mostRecords,
      boolean committedOnly,
      RandomGenerator random) {
    this.cluster = cluster;
    this.group = group;
    this.mostRecords = mostRecords;
    this.committedOnly = committedOnly;
    this.random = random;
  }

  public void subscribe(Collection<String> topics, ConsumerRebalanceListener onRebalance) {
    subscription = List.copyOf(topics);
    listener = onRebalance;
  }

  public void assign(Collection<TopicPartition> partitions) {
    positions.keySet().retainAll(partitions);
    partitions.forEach(partition -> positions.putIfAbsent(partition, committedOr(partition)));
  }

  private long committedOr(TopicPartition partition) {
    OffsetAndMetadata offset = group.isEmpty() ? null : cluster.committed(group, partition);
    return offset == null ? cluster.log(partition).start() : offset.offset();
  }

  public Set<TopicPartition> assignment() {
    return new LinkedHashSet<>(positions.keySet());
  }

  public ConsumerRecords<byte[], byte[]> poll(Duration wait) {
    if (cluster.isAway()) {
      cluster.clock().advance(wait);
      return ConsumerRecords.empty();
    }
    join();
    Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> found = new LinkedHashMap<>();
    int room = mostRecords;
    List<TopicPartition> order = new ArrayList<>(positions.keySet());
    order.removeAll(paused);
    Collections.shuffle(order, new java.util.Random(random.nextLong()));
    for (TopicPartition partition : order) {
      if (room > 0) {
        List<ConsumerRecord<byte[], byte[]>> records = take(partition, 1 + random.nextInt(room));
        room -= records.size();
        if (!records.isEmpty()) {
          found.put(partition, records);
        }
      }
    }
    if (found.isEmpty()) {
      cluster.clock().advance(wait);
    }
    return new ConsumerRecords<>(found, nextOffsets());
  }

  private Map<TopicPartition, OffsetAndMetadata> nextOffsets() {
    Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>();
    positions.forEach((partition, offset) -> next.put(partition, new OffsetAndMetadata(offset)));
    return next;
  }

  /** Takes in all partitions of what was subscribed to, also those that were added. */
  private void join() {
    List<TopicPartition> added = new ArrayList<>();
    for (String topic : subscription) {
      for (TopicPartition partition : cluster.partitions(topic)) {
        if (!positions.containsKey(partition)) {
          added.add(partition);
        }
      }
    }
    if (!added.isEmpty()) {
      added.forEach(partition -> positions.put(partition, committedOr(partition)));
      if (listener != null) {
        listener.onPartitionsAssigned(added);
      }
    }
  }

  private List<ConsumerRecord<byte[], byte[]>> take(TopicPartition partition, int most) {
    PartitionLog log = cluster.log(partition);
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    long at = Math.max(log.start(), position(partition));
    while (at < log.stable() && records.size() < most) {
      ConsumerRecord<byte[], byte[]> record = cluster.visible(partition, at++);
      if (record != null) {
        records.add(record);
      }
    }
    positions.put(partition, at);
    return records;
  }

  public long position(TopicPartition partition) {
    Long position = positions.get(partition);
    if (position == null) {
      throw new IllegalStateException("not assigned: " + partition);
    }
    return position;
  }

  public long position(TopicPartition partition, Duration timeout) {
    return position(partition);
  }

  public void seek(TopicPartition partition, long offset) {
    positions.put(partition, offset);
  }

  public void seekToBeginning(Collection<TopicPartition> partitions) {
    partitions.forEach(p -> positions.put(p, cluster.log(p).start()));
  }

  public Map<TopicPartition, Long> beginningOffsets(Collection<TopicPartition> partitions) {
    return beginningOffsets(partitions, Duration.ofMinutes(1));
  }

  public Map<TopicPartition, Long> beginningOffsets(
      Collection<TopicPartition> partitions, Duration timeout) {
    answer(timeout);
    Map<TopicPartition, Long> offsets = new HashMap<>();
    partitions.forEach(p -> offsets.put(p, cluster.log(p).start()));
    return offsets;
  }

  public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions) {
    return endOffsets(partitions, Duration.ofMinutes(1));
  }

  public Map<TopicPartition, Long> endOffsets(
      Collection<TopicPartition> partitions, Duration timeout) {
    answer(timeout);
    Map<TopicPartition, Long> offsets = new HashMap<>();
    partitions.forEach(
        p -> offsets.put(p, committedOnly ? cluster.log(p).stable() : cluster.log(p).end()));
    return offsets;
  }

  public List<PartitionInfo> partitionsFor(String topic) {
    return partitionsFor(topic, Duration.ofMinutes(1));
  }

  public List<PartitionInfo> partitionsFor(String topic, Duration timeout) {
    answer(timeout);
    return cluster.partitions(topic).stream()
        .map(p -> new PartitionInfo(topic, p.partition(), Node.noNode(), new Node[0], new Node[0]))
        .toList();
  }

  public Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions) {
    return committed(partitions, Duration.ofMinutes(1));
  }

  public Map<TopicPartition, OffsetAndMetadata> committed(
      Set<TopicPartition> partitions, Duration timeout) {
    answer(timeout);
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (TopicPartition partition : partitions) {
      OffsetAndMetadata offset = cluster.committed(group, partition);
      if (offset != null) {
        offsets.put(partition, offset);
      }
    }
    return offsets;
  }

  public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
    answer(timeout);
    cluster.commit(group, offsets);
  }

  public void commitAsync(
      Map<TopicPartition, OffsetAndMetadata> offsets, @Nullable OffsetCommitCallback callback) {
    boolean through = !cluster.isAway();
    if (through) {
      cluster.commit(group, offsets);
    }
    if (callback != null) {
      callback.onComplete(
          offsets,
          through ? null : new RetriableCommitFailedException("the simulated broker is away"));
    }
  }

  public void pause(Collection<TopicPartition> partitions) {
    paused.addAll(partitions);
  }

  public void resume(Collection<TopicPartition> partitions) {
    paused.removeAll(new LinkedHashSet<>(partitions));
  }

  public Set<TopicPartition> paused() {
    return new LinkedHashSet<>(paused);
  }

  @SuppressWarnings(
      "removal") // a consumer of Kafka's own has another way to make one, we have none
  public ConsumerGroupMetadata groupMetadata() {
    return new ConsumerGroupMetadata(group);
  }

  public void wakeup() {}

  public void close() {}

  public void close(CloseOptions options) {}

  private void answer(Duration timeout) {
    if (cluster.isAway()) {
      cluster.clock().advance(timeout);
      throw new TimeoutException("the simulated broker is away");
    }
  }
}
