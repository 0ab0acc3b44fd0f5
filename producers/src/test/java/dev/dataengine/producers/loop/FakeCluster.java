package dev.dataengine.producers.loop;

import dev.dataengine.clients.KafkaClients;
import dev.dataengine.clients.TopicIds;
import dev.dataengine.topics.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * A broker for tests, for one thread: logs with transaction markers and aborted records, committed
 * offsets, fencing, and faults wherever a client asks. Written from Kafka's documentation, not from
 * the code that it tests.
 */
public final class FakeCluster implements KafkaClients {

  /** Where a client asks. */
  public enum Ask {
    PARTITIONS,
    POLL,
    POSITION,
    OFFSETS,
    COMMITTED,
    INIT,
    SEND,
    SEND_OFFSETS,
    /** Before the broker has decided: the transaction is aborted. */
    COMMIT,
    /** When it has decided, but not told anybody yet: the next producer of the id is waited for. */
    COMMIT_MARKERS,
    /** After it has: only the answer is lost. */
    COMMIT_ANSWER
  }

  /** May throw at what is asked. */
  @FunctionalInterface
  public interface Faults {
    void at(Ask ask);
  }

  /** What a log has at an offset: a record, or a marker where there is none. */
  private record Entry(@Nullable ConsumerRecord<byte[], byte[]> record, boolean visible) {}

  private final Map<TopicPartition, List<Entry>> logs = new HashMap<>();
  private final Map<String, Integer> partitions = new TreeMap<>();
  private final Map<String, Uuid> ids = new HashMap<>();
  private final Map<String, Map<TopicPartition, OffsetAndMetadata>> groups = new HashMap<>();
  private final Map<String, Integer> epochs = new HashMap<>();
  private final Map<String, Runnable> prepared = new HashMap<>();
  private final VirtualTime time;
  private Faults faults = ask -> {};
  private int transactions;
  private int made;

  public FakeCluster(VirtualTime time) {
    this.time = time;
  }

  /** All that the loop's services use, and the dead letters. */
  public FakeCluster addTopics(int perTopic) {
    for (Topic topic : Topic.catalogue()) {
      add(topic.topicName(), perTopic);
      add(topic.deadLetterName(), 1);
    }
    return this;
  }

  /** Adds the topic, or partitions to it. */
  public void add(String topic, int count) {
    partitions.put(topic, count);
    ids.computeIfAbsent(topic, k -> new Uuid(0, made++));
    for (int i = 0; i < count; i++) {
      logs.computeIfAbsent(new TopicPartition(topic, i), k -> new ArrayList<>());
    }
  }

  /** As where it was deleted and made again, or the broker lost its disk. */
  public void remake(String topic, int count) {
    logs.keySet().removeIf(partition -> partition.topic().equals(topic));
    ids.put(topic, new Uuid(0, made++));
    add(topic, count);
  }

  public void faults(Faults by) {
    faults = by;
  }

  void ask(Ask ask) {
    faults.at(ask);
  }

  VirtualTime time() {
    return time;
  }

  int partitions(String topic) {
    return partitions.getOrDefault(topic, 0);
  }

  /** Appends a record that everybody sees. */
  public void append(
      Topic topic, int partition, long timestamp, String key, byte @Nullable [] value) {
    byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
    append(topic.topicName(), partition, timestamp, bytes, value, new RecordHeaders(), true);
  }

  private void append(
      String topic,
      int partition,
      long timestamp,
      byte @Nullable [] key,
      byte @Nullable [] value,
      Headers headers,
      boolean visible) {
    List<Entry> log = log(new TopicPartition(topic, partition));
    log.add(
        new Entry(
            new ConsumerRecord<>(
                topic,
                partition,
                log.size(),
                timestamp,
                TimestampType.CREATE_TIME,
                0,
                0,
                key,
                value,
                headers,
                Optional.empty()),
            visible));
  }

  private List<Entry> log(TopicPartition partition) {
    List<Entry> log = logs.get(partition);
    if (log == null) {
      throw new AssertionError("no partition " + partition);
    }
    return log;
  }

  long end(TopicPartition partition) {
    return log(partition).size();
  }

  /** What a reader of committed records sees at the offset. */
  @Nullable ConsumerRecord<byte[], byte[]> visible(TopicPartition partition, long offset) {
    Entry entry = log(partition).get(Math.toIntExact(offset));
    return entry.visible() ? entry.record() : null;
  }

  /** All that a reader of committed records sees of the topic, a partition after the other. */
  public List<ConsumerRecord<byte[], byte[]>> visible(String topic) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < partitions(topic); i++) {
      for (Entry entry : log(new TopicPartition(topic, i))) {
        if (entry.visible() && entry.record() != null) {
          records.add(entry.record());
        }
      }
    }
    return records;
  }

  public Map<TopicPartition, OffsetAndMetadata> committed(String group) {
    return groups.computeIfAbsent(group, k -> new HashMap<>());
  }

  /** Transactions that ended, however. */
  public int transactions() {
    return transactions;
  }

  /** A transaction that is committed, but that nobody sees yet. */
  void prepare(
      String transactionalId,
      List<ProducerRecord<byte[], byte[]>> records,
      Map<String, Map<TopicPartition, OffsetAndMetadata>> offsets) {
    List<ProducerRecord<byte[], byte[]>> kept = List.copyOf(records);
    Map<String, Map<TopicPartition, OffsetAndMetadata>> positions = Map.copyOf(offsets);
    prepared.put(transactionalId, () -> end(kept, positions, true));
  }

  int newEpoch(String transactionalId) {
    Runnable pending = prepared.remove(transactionalId);
    if (pending != null) {
      pending.run();
    }
    return epochs.merge(transactionalId, 1, Integer::sum);
  }

  int epoch(String transactionalId) {
    return epochs.getOrDefault(transactionalId, 0);
  }

  /** Ends a transaction: its records, then a marker in each of their partitions. */
  void end(
      List<ProducerRecord<byte[], byte[]>> records,
      Map<String, Map<TopicPartition, OffsetAndMetadata>> offsets,
      boolean commit) {
    transactions++;
    Map<TopicPartition, Boolean> touched = new HashMap<>();
    for (ProducerRecord<byte[], byte[]> record : records) {
      int partition =
          Math.floorMod(java.util.Arrays.hashCode(record.key()), partitions(record.topic()));
      append(
          record.topic(),
          partition,
          time.millis(),
          record.key(),
          record.value(),
          record.headers(),
          commit);
      touched.put(new TopicPartition(record.topic(), partition), true);
    }
    touched.keySet().forEach(partition -> log(partition).add(new Entry(null, false)));
    if (commit) {
      offsets.forEach((group, positions) -> committed(group).putAll(positions));
    }
  }

  void appendNow(ProducerRecord<byte[], byte[]> record) {
    int partition =
        Math.floorMod(java.util.Arrays.hashCode(record.key()), partitions(record.topic()));
    append(
        record.topic(),
        partition,
        time.millis(),
        record.key(),
        record.value(),
        record.headers(),
        true);
  }

  @Override
  public Consumer<byte[], byte[]> consumer(String clientId, Map<String, String> settings) {
    return new FakeConsumer(this, settings.getOrDefault("group.id", ""));
  }

  @Override
  public Producer<byte[], byte[]> producer(String clientId, Map<String, String> settings) {
    return new FakeProducer(this, settings.getOrDefault("transactional.id", ""));
  }

  @Override
  public TopicIds topicIds(String clientId) {
    return names -> Map.copyOf(ids);
  }

  @Override
  public Admin admin(String clientId) {
    throw new AssertionError("nobody asks for an admin");
  }

  /** Lets a poll wait. */
  void passPoll(Duration wait) {
    time.pass(wait);
  }
}
