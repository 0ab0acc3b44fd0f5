package dev.dataengine.compose.simulate.cluster;

import dev.dataengine.topics.Topic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/** The broker: topics, groups' offsets, transactions. For one thread. */
public final class SimCluster {
  private final VirtualClock clock;
  private final Map<String, List<PartitionLog>> topics = new TreeMap<>();
  private final Map<String, Map<TopicPartition, OffsetAndMetadata>> groups = new TreeMap<>();
  private final Map<String, Integer> epochs = new HashMap<>();
  private final Map<String, Transaction> transactions = new LinkedHashMap<>();
  private boolean away;

  /** What a producer has sent and not ended. */
  private record Transaction(
      Map<TopicPartition, List<Long>> records,
      Map<String, Map<TopicPartition, OffsetAndMetadata>> offsets) {
    Transaction() {
      this(new LinkedHashMap<>(), new LinkedHashMap<>());
    }
  }

  /**
   * A cluster with the catalogue's topics.
   *
   * @param partitions of every topic that has several
   */
  public SimCluster(VirtualClock clock, int partitions) {
    this.clock = clock;
    for (Topic topic : Topic.catalogue()) {
      create(topic.topicName(), topic.partitions() == 1 ? 1 : partitions);
      create(topic.deadLetterName(), 1);
    }
  }

  /** Creates a topic, or adds partitions to one. */
  public void create(String topic, int partitions) {
    List<PartitionLog> logs = topics.computeIfAbsent(topic, name -> new ArrayList<>());
    while (logs.size() < partitions) {
      logs.add(new PartitionLog());
    }
  }

  /** Follows from the name: here no topic is made anew. */
  Uuid topicId(String topic) {
    return new Uuid(1, topic.hashCode());
  }

  public VirtualClock clock() {
    return clock;
  }

  /** Whether it answers. */
  public boolean isAway() {
    return away;
  }

  public void setAway(boolean now) {
    away = now;
  }

  public List<TopicPartition> partitions(String topic) {
    List<TopicPartition> partitions = new ArrayList<>();
    for (int i = 0; i < topics.getOrDefault(topic, List.of()).size(); i++) {
      partitions.add(new TopicPartition(topic, i));
    }
    return partitions;
  }

  PartitionLog log(TopicPartition partition) {
    List<PartitionLog> logs = topics.get(partition.topic());
    if (logs == null || partition.partition() >= logs.size()) {
      throw new IllegalArgumentException("no partition " + partition);
    }
    return logs.get(partition.partition());
  }

  public long end(TopicPartition partition) {
    return log(partition).end();
  }

  /** Where a reader of committed records ends. */
  public long stable(TopicPartition partition) {
    return log(partition).stable();
  }

  /** First offset that retention has left. */
  public long start(TopicPartition partition) {
    return log(partition).start();
  }

  /** Deletes what is before the offset. */
  public void truncate(TopicPartition partition, long before) {
    log(partition).truncate(before);
  }

  /** Where the record goes, as Kafka's default partitioner says. */
  public TopicPartition partitionFor(ProducerRecord<byte[], byte[]> record) {
    int count = topics.getOrDefault(record.topic(), List.of()).size();
    if (count == 0) {
      throw new IllegalArgumentException("no topic " + record.topic());
    }
    if (record.partition() != null) {
      return new TopicPartition(record.topic(), record.partition());
    }
    byte[] key = record.key() == null ? new byte[0] : record.key();
    return new TopicPartition(record.topic(), Utils.toPositive(Utils.murmur2(key)) % count);
  }

  /** Appends a record that is committed at once; its offset. */
  public long append(ProducerRecord<byte[], byte[]> record) {
    return log(partitionFor(record))
        .append(record.key(), record.value(), record.headers(), time(record), false);
  }

  private long time(ProducerRecord<byte[], byte[]> record) {
    return record.timestamp() == null ? clock.millis() : record.timestamp();
  }

  /** Begins a producer's life: ends what an earlier one left open, and fences it. */
  int register(String transactionalId) {
    abort(transactionalId);
    return epochs.merge(transactionalId, 1, Integer::sum);
  }

  boolean isCurrent(String transactionalId, int epoch) {
    return epochs.getOrDefault(transactionalId, 0) == epoch;
  }

  long appendTo(String transactionalId, ProducerRecord<byte[], byte[]> record) {
    TopicPartition partition = partitionFor(record);
    long offset =
        log(partition).append(record.key(), record.value(), record.headers(), time(record), true);
    transaction(transactionalId)
        .records()
        .computeIfAbsent(partition, p -> new ArrayList<>())
        .add(offset);
    return offset;
  }

  void addOffsets(
      String transactionalId, Map<TopicPartition, OffsetAndMetadata> offsets, String group) {
    transaction(transactionalId)
        .offsets()
        .computeIfAbsent(group, g -> new LinkedHashMap<>())
        .putAll(offsets);
  }

  private Transaction transaction(String transactionalId) {
    return transactions.computeIfAbsent(transactionalId, id -> new Transaction());
  }

  void commit(String transactionalId) {
    Transaction done = transactions.remove(transactionalId);
    if (done != null) {
      end(done, true);
      done.offsets().forEach(this::commit);
    }
  }

  void abort(String transactionalId) {
    Transaction given = transactions.remove(transactionalId);
    if (given != null) {
      end(given, false);
    }
  }

  private void end(Transaction transaction, boolean commit) {
    transaction
        .records()
        .forEach((partition, offsets) -> log(partition).end(offsets, commit, clock.millis()));
  }

  void commit(String group, Map<TopicPartition, OffsetAndMetadata> offsets) {
    groups.computeIfAbsent(group, g -> new HashMap<>()).putAll(offsets);
  }

  public @Nullable OffsetAndMetadata committed(String group, TopicPartition partition) {
    return groups.getOrDefault(group, Map.of()).get(partition);
  }

  /** The committed record at an offset; null where there is none to be seen. */
  public @Nullable ConsumerRecord<byte[], byte[]> visible(TopicPartition partition, long offset) {
    PartitionLog.Entry entry = log(partition).entry(offset);
    return entry.fate != PartitionLog.Fate.COMMITTED
        ? null
        : new ConsumerRecord<>(
            partition.topic(),
            partition.partition(),
            offset,
            entry.timestamp,
            TimestampType.CREATE_TIME,
            entry.key == null ? 0 : entry.key.length,
            entry.value == null ? 0 : entry.value.length,
            entry.key,
            entry.value,
            entry.headers == null
                ? new RecordHeaders()
                : new RecordHeaders(entry.headers.toArray()),
            java.util.Optional.empty());
  }

  /** How many records a reader of committed ones would find at or behind an offset. */
  public long countFrom(TopicPartition partition, long from) {
    PartitionLog log = log(partition);
    long count = 0;
    for (long offset = Math.max(from, log.start()); offset < log.stable(); offset++) {
      count += log.entry(offset).fate == PartitionLog.Fate.COMMITTED ? 1 : 0;
    }
    return count;
  }

  /** All that a reader of committed records would find in a topic, partition by partition. */
  public List<ConsumerRecord<byte[], byte[]>> read(String topic) {
    return read(topic, false);
  }

  /** The same with what retention has taken since. */
  public List<ConsumerRecord<byte[], byte[]>> readEver(String topic) {
    return read(topic, true);
  }

  private List<ConsumerRecord<byte[], byte[]>> read(String topic, boolean ever) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (TopicPartition partition : partitions(topic)) {
      PartitionLog log = log(partition);
      for (long offset = ever ? 0 : log.start(); offset < log.stable(); offset++) {
        ConsumerRecord<byte[], byte[]> record = visible(partition, offset);
        if (record != null) {
          records.add(record);
        }
      }
    }
    return records;
  }
}
