package dev.dataengine.workers.cluster;

import dev.dataengine.clients.KafkaClients;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Topics in memory behind Kafka's own mock clients. What is sent is there to be read, groups keep
 * their offsets from one consumer to the next, and {@link #failing} makes the next calls of any
 * client fail. For one thread.
 */
public final class FakeCluster implements KafkaClients {

  private static final Node NODE = new Node(0, "here", 1);

  private final Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> logs = new HashMap<>();
  private final Map<String, Map<TopicPartition, OffsetAndMetadata>> groups = new HashMap<>();
  private final Deque<RuntimeException> failures = new ArrayDeque<>();
  private final Deque<RuntimeException> sendFailures = new ArrayDeque<>();
  private final Deque<Runnable> unanswered = new ArrayDeque<>();
  private boolean answersLate;
  private long recordsOfAPoll = Long.MAX_VALUE;

  public FakeCluster topic(String name, int partitions) {
    for (int i = 0; i < partitions; i++) {
      logs.computeIfAbsent(new TopicPartition(name, i), p -> new ArrayList<>());
    }
    return this;
  }

  /** The next calls of consumers, and of producers' {@code send}, throw these. */
  public void failing(RuntimeException... next) {
    failures.addAll(List.of(next));
  }

  /** The next records that are sent are not written, and their callbacks are told these. */
  public void losing(RuntimeException... next) {
    sendFailures.addAll(List.of(next));
  }

  /** From now on what becomes of a record is told only by {@link #answer}. */
  public void answeringLate() {
    answersLate = true;
  }

  /** Tells what became of everything that was sent. */
  public void answer() {
    while (!unanswered.isEmpty()) {
      unanswered.remove().run();
    }
  }

  /** Later consumers get at most so many records from a poll. */
  public void recordsOfAPoll(long most) {
    recordsOfAPoll = most;
  }

  public void append(String topic, int partition, String key, byte @Nullable [] value) {
    append(topic, partition, ConsumerRecord.NO_TIMESTAMP, key, value);
  }

  public void append(
      String topic, int partition, long timestamp, String key, byte @Nullable [] value) {
    TopicPartition where = new TopicPartition(topic, partition);
    List<ConsumerRecord<byte[], byte[]>> log = log(where);
    byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
    log.add(
        new ConsumerRecord<>(
            topic,
            partition,
            log.size(),
            timestamp,
            TimestampType.CREATE_TIME,
            ConsumerRecord.NULL_SIZE,
            ConsumerRecord.NULL_SIZE,
            bytes,
            value,
            new RecordHeaders(),
            Optional.empty()));
  }

  /** Everything in a topic, partition by partition. */
  public List<ConsumerRecord<byte[], byte[]>> records(String topic) {
    List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
    logs.keySet().stream()
        .filter(p -> p.topic().equals(topic))
        .sorted(java.util.Comparator.comparingInt(TopicPartition::partition))
        .forEach(p -> all.addAll(log(p)));
    return all;
  }

  private List<ConsumerRecord<byte[], byte[]>> log(TopicPartition partition) {
    return logs.computeIfAbsent(partition, p -> new ArrayList<>());
  }

  private void failOrGoOn() {
    if (!failures.isEmpty()) {
      throw failures.remove();
    }
  }

  @Override
  public Consumer<byte[], byte[]> consumer(String clientId, Map<String, String> settings) {
    return new Reader(settings.getOrDefault("group.id", ""));
  }

  @Override
  public Producer<byte[], byte[]> producer(String clientId, Map<String, String> settings) {
    return new Writer();
  }

  @Override
  public Admin admin(String clientId) {
    throw new UnsupportedOperationException("nothing here asks for it");
  }

  private final class Reader extends MockConsumer<byte[], byte[]> {
    private final String group;
    private final Map<TopicPartition, Integer> fed = new HashMap<>();

    Reader(String group) {
      super("earliest");
      this.group = group;
      setMaxPollRecords(recordsOfAPoll);
    }

    @Override
    public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      failOrGoOn();
      for (TopicPartition partition : assignment()) {
        updateBeginningOffsets(Map.of(partition, 0L));
        List<ConsumerRecord<byte[], byte[]>> log = log(partition);
        log.subList(fed.getOrDefault(partition, 0), log.size()).forEach(this::addRecord);
        fed.put(partition, log.size());
      }
      return super.poll(timeout);
    }

    @Override
    public synchronized Map<String, List<PartitionInfo>> listTopics(Duration timeout) {
      return logs.keySet().stream()
          .map(TopicPartition::topic)
          .distinct()
          .collect(Collectors.toMap(topic -> topic, topic -> partitionsFor(topic, timeout)));
    }

    @Override
    public synchronized List<PartitionInfo> partitionsFor(String topic, Duration timeout) {
      failOrGoOn();
      return logs.keySet().stream()
          .filter(p -> p.topic().equals(topic))
          .map(
              p ->
                  new PartitionInfo(
                      topic, p.partition(), NODE, new Node[] {NODE}, new Node[] {NODE}))
          .toList();
    }

    @Override
    public synchronized Map<TopicPartition, Long> endOffsets(
        Collection<TopicPartition> partitions, Duration timeout) {
      failOrGoOn();
      Map<TopicPartition, Long> ends = new HashMap<>();
      partitions.forEach(p -> ends.put(p, (long) log(p).size()));
      return ends;
    }

    @Override
    public synchronized long position(TopicPartition partition, Duration timeout) {
      updateBeginningOffsets(Map.of(partition, 0L));
      return super.position(partition, timeout);
    }

    @Override
    public synchronized Map<TopicPartition, OffsetAndMetadata> committed(
        Set<TopicPartition> partitions, Duration timeout) {
      failOrGoOn();
      Map<TopicPartition, OffsetAndMetadata> known = new HashMap<>();
      Map<TopicPartition, OffsetAndMetadata> of = groups.getOrDefault(group, Map.of());
      partitions.forEach(p -> known.put(p, of.get(p)));
      return known;
    }

    @Override
    public synchronized void commitAsync(
        Map<TopicPartition, OffsetAndMetadata> offsets, @Nullable OffsetCommitCallback callback) {
      groups.computeIfAbsent(group, g -> new HashMap<>()).putAll(offsets);
    }
  }

  private final class Writer extends MockProducer<byte[], byte[]> {

    Writer() {
      super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {
      failOrGoOn();
      if (answersLate) {
        unanswered.add(
            () -> {
              var unused = write(record, callback);
            });
        return new java.util.concurrent.CompletableFuture<>();
      }
      return write(record, callback);
    }

    private Future<RecordMetadata> write(
        ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {
      if (!sendFailures.isEmpty()) {
        RuntimeException lost = sendFailures.remove();
        if (callback != null) {
          callback.onCompletion(null, lost);
        }
        return java.util.concurrent.CompletableFuture.failedFuture(lost);
      }
      List<ConsumerRecord<byte[], byte[]>> log = log(new TopicPartition(record.topic(), 0));
      ConsumerRecord<byte[], byte[]> written =
          new ConsumerRecord<>(record.topic(), 0, log.size(), record.key(), record.value());
      record.headers().forEach(written.headers()::add);
      log.add(written);
      return super.send(record, callback);
    }
  }
}
