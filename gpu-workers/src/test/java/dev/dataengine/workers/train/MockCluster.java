package dev.dataengine.workers.train;

import dev.dataengine.clients.KafkaClients;
import dev.dataengine.topics.Topic;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsResult;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Topics in memory behind Kafka's mock clients, for one thread. What the broker would do to others
 * it does too: transactions fence by their id, static members by theirs.
 */
final class MockCluster implements KafkaClients {

  private final Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> log =
      new LinkedHashMap<>();
  private final Map<TopicPartition, Long> starts = new HashMap<>();
  private final Map<String, LogProducer> transactional = new HashMap<>();
  private final Map<String, LogConsumer> members = new HashMap<>();
  private final Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
  private final Map<String, Uuid> ids = new HashMap<>();

  /** So many calls of clients are answered as by a broker that is away. */
  int away;

  /** Whether commits of transactions are answered as by a broker that is away. */
  boolean failTransactions;

  /** What the next commits of transactions throw. */
  final Deque<RuntimeException> commitFailures = new ArrayDeque<>();

  /** Transactions that were aborted. */
  int aborted;

  /** So many sends fail, as of a leader that has moved. */
  int sendsFailing;

  /** Draws which calls are answered as by a broker that is away; null for none. */
  @Nullable Random awayAtTimes;

  MockCluster(int samplePartitions) {
    for (Topic topic : Topic.catalogue()) {
      int partitions = topic == Topic.VQA_SAMPLES ? samplePartitions : 1;
      for (int p = 0; p < partitions; p++) {
        log.put(new TopicPartition(topic.topicName(), p), new ArrayList<>());
        log.put(new TopicPartition(topic.deadLetterName(), p), new ArrayList<>());
      }
    }
  }

  void append(String topic, int partition, byte[] key, byte @Nullable [] value) {
    TopicPartition at = new TopicPartition(topic, partition);
    records(at).add(new ConsumerRecord<>(topic, partition, end(at), key, value));
  }

  /** What is no record takes an offset, as a transaction's marker does. */
  void marker(String topic, int partition) {
    TopicPartition at = new TopicPartition(topic, partition);
    starts.merge(at, 0L, Long::sum);
    records(at).add(new ConsumerRecord<>("marker", partition, end(at), null, null));
  }

  private long end(TopicPartition partition) {
    List<ConsumerRecord<byte[], byte[]>> records = records(partition);
    return records.isEmpty() ? start(partition) : records.get(records.size() - 1).offset() + 1;
  }

  private long start(TopicPartition partition) {
    return starts.getOrDefault(partition, 0L);
  }

  /** As retention does. */
  void deleteBefore(int partition, long offset) {
    TopicPartition at = new TopicPartition(Topic.VQA_SAMPLES.topicName(), partition);
    records(at).removeIf(r -> r.offset() < offset);
    starts.put(at, offset);
  }

  List<ConsumerRecord<byte[], byte[]>> records(TopicPartition partition) {
    return Objects.requireNonNull(log.get(partition));
  }

  List<ConsumerRecord<byte[], byte[]>> records(String topic) {
    return log.entrySet().stream()
        .filter(e -> e.getKey().topic().equals(topic))
        .flatMap(e -> e.getValue().stream())
        .toList();
  }

  long partitions(Topic topic) {
    return log.keySet().stream().filter(p -> p.topic().equals(topic.topicName())).count();
  }

  /** As an operator does; members have it after they join anew. */
  void addPartition(Topic topic) {
    int number = (int) partitions(topic);
    log.put(new TopicPartition(topic.topicName(), number), new ArrayList<>());
  }

  /** Takes back what came behind so many records. */
  void forget(Topic topic, int kept) {
    List<ConsumerRecord<byte[], byte[]>> records =
        records(new TopicPartition(topic.topicName(), 0));
    records.subList(kept, records.size()).clear();
  }

  /** Keeps the newest record only, as compaction may. */
  void compact(Topic topic) {
    List<ConsumerRecord<byte[], byte[]>> records =
        records(new TopicPartition(topic.topicName(), 0));
    records.subList(0, Math.max(0, records.size() - 1)).clear();
  }

  Map<TopicPartition, OffsetAndMetadata> committed() {
    return committed;
  }

  /** The group's consumer that joined last. */
  LogConsumer member(String instance) {
    return Objects.requireNonNull(members.get(instance));
  }

  private void requireThere() {
    boolean now = awayAtTimes != null && awayAtTimes.nextInt(3) == 0;
    if (away > 0 || now) {
      away = Math.max(0, away - 1);
      throw new TimeoutException("the broker is away");
    }
  }

  @Override
  public Consumer<byte[], byte[]> consumer(String clientId, Map<String, String> settings) {
    LogConsumer consumer = new LogConsumer(settings);
    String instance = settings.get("group.instance.id");
    if (instance != null) {
      LogConsumer before = members.put(instance, consumer);
      if (before != null) {
        before.fenced = true;
      }
    }
    return consumer;
  }

  @Override
  public Producer<byte[], byte[]> producer(String clientId, Map<String, String> settings) {
    return new LogProducer(settings.getOrDefault("transactional.id", ""));
  }

  /** Says of topics what they are; nothing else is asked here. */
  @Override
  public Admin admin(String clientId) {
    return (Admin)
        Proxy.newProxyInstance(
            MockCluster.class.getClassLoader(),
            new Class<?>[] {Admin.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "describeTopics" -> described(((Collection<?>) arguments[0]));
                  case "close" -> null;
                  default -> throw new UnsupportedOperationException(method.toString());
                });
  }

  private DescribeTopicsResult described(Collection<?> names) {
    requireThere();
    Map<String, KafkaFuture<TopicDescription>> found = new HashMap<>();
    for (Object name : names) {
      String topic = (String) name;
      found.put(
          topic,
          KafkaFuture.completedFuture(
              new TopicDescription(topic, false, List.of(), Set.of(), id(topic))));
    }
    return new DescribeTopicsResult(null, found) {};
  }

  Uuid id(String topic) {
    return ids.getOrDefault(topic, new Uuid(1, topic.hashCode()));
  }

  /** Deletes a topic and makes it again; members go on where they were, as they hear nothing. */
  void makeAnew(Topic topic) {
    log.forEach(
        (partition, records) -> {
          if (partition.topic().equals(topic.topicName())) {
            records.clear();
            starts.remove(partition);
          }
        });
    Uuid before = id(topic.topicName());
    ids.put(
        topic.topicName(),
        new Uuid(before.getMostSignificantBits() + 1, before.getLeastSignificantBits()));
  }

  /** Reads the log. */
  final class LogConsumer extends MockConsumer<byte[], byte[]> {
    private final int most;
    private boolean subscribed;
    private boolean fenced;

    /** Commits that are refused. */
    int failingCommits;

    private LogConsumer(Map<String, String> settings) {
      super("none");
      most = Integer.parseInt(settings.getOrDefault("max.poll.records", "500"));
      log.keySet().stream()
          .collect(Collectors.groupingBy(TopicPartition::topic))
          .forEach(
              (topic, partitions) ->
                  updatePartitions(
                      topic,
                      partitions.stream()
                          .map(p -> new PartitionInfo(topic, p.partition(), null, null, null))
                          .toList()));
    }

    @Override
    public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      requireThere();
      if (fenced) {
        throw new FencedInstanceIdException("fenced");
      }
      if (!subscription().isEmpty() && !subscribed) {
        join();
      }
      updateBeginningOffsets(offsets(assignment(), true));
      super.poll(Duration.ZERO);
      Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> found = new HashMap<>();
      int left = most;
      for (TopicPartition partition : assignment()) {
        if (paused().contains(partition)) {
          continue;
        }
        long position = position(partition);
        if (position < start(partition) || position > end(partition)) {
          throw new OffsetOutOfRangeException(Map.of(partition, position));
        }
        for (ConsumerRecord<byte[], byte[]> record : records(partition)) {
          if (record.offset() >= position && left > 0) {
            if (!record.topic().equals("marker")) {
              found.computeIfAbsent(partition, p -> new ArrayList<>()).add(record);
              left--;
            }
            seek(partition, record.offset() + 1);
          }
        }
      }
      return new ConsumerRecords<>(found, Map.of());
    }

    /** Takes all partitions of the topic. */
    void join() {
      subscribed = true;
      rebalance(partitions());
    }

    private Set<TopicPartition> partitions() {
      return log.keySet().stream()
          .filter(p -> subscription().contains(p.topic()))
          .collect(Collectors.toSet());
    }

    /** Loses all partitions, and has them again with the next poll. */
    void leave() {
      subscribed = false;
      rebalance(List.of());
    }

    private Map<TopicPartition, Long> offsets(Collection<TopicPartition> of, boolean first) {
      return of.stream().collect(Collectors.toMap(p -> p, p -> first ? start(p) : end(p)));
    }

    @Override
    public synchronized Map<TopicPartition, Long> beginningOffsets(
        Collection<TopicPartition> partitions, Duration timeout) {
      requireThere();
      return offsets(partitions, true);
    }

    @Override
    public synchronized Map<TopicPartition, Long> endOffsets(
        Collection<TopicPartition> partitions, Duration timeout) {
      requireThere();
      return offsets(partitions, false);
    }

    @Override
    public synchronized void seekToBeginning(Collection<TopicPartition> partitions) {
      partitions.forEach(p -> seek(p, start(p)));
    }

    @Override
    public synchronized void commitAsync(
        Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
      if (failingCommits > 0) {
        failingCommits--;
        callback.onComplete(offsets, new TimeoutException("the coordinator is away"));
        return;
      }
      committed.putAll(offsets);
    }

    @Override
    public synchronized void commitSync(
        Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
      committed.putAll(offsets);
    }
  }

  /** Writes to the log; within a transaction, where it has an id, when that is committed. */
  final class LogProducer extends MockProducer<byte[], byte[]> {
    private final String id;
    private int written;

    private LogProducer(String id) {
      super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
      this.id = id;
    }

    @Override
    public void initTransactions() {
      requireThere();
      super.initTransactions();
      LogProducer before = transactional.put(id, this);
      if (before != null && !before.closed()) {
        before.fenceProducer();
      }
    }

    @Override
    public synchronized java.util.concurrent.Future<
            org.apache.kafka.clients.producer.RecordMetadata>
        send(
            ProducerRecord<byte[], byte[]> record,
            org.apache.kafka.clients.producer.Callback callback) {
      requireThere();
      if (sendsFailing > 0 && id.isEmpty()) {
        sendsFailing--;
        return CompletableFuture.failedFuture(new NotLeaderOrFollowerException("moved"));
      }
      var sent = super.send(record, callback);
      if (id.isEmpty()) {
        write();
      }
      return sent;
    }

    @Override
    public void beginTransaction() {
      requireThere();
      super.beginTransaction();
    }

    @Override
    public void abortTransaction() {
      requireThere();
      super.abortTransaction();
      aborted++;
    }

    @Override
    public void commitTransaction() {
      requireThere();
      if (!commitFailures.isEmpty()) {
        throw commitFailures.remove();
      }
      if (failTransactions) {
        throw new TimeoutException("the coordinator is away");
      }
      super.commitTransaction();
      write();
    }

    private void write() {
      for (ProducerRecord<byte[], byte[]> record : history().subList(written, history().size())) {
        TopicPartition at = new TopicPartition(record.topic(), 0);
        records(at)
            .add(
                new ConsumerRecord<>(
                    at.topic(),
                    0,
                    end(at),
                    0,
                    TimestampType.CREATE_TIME,
                    -1,
                    -1,
                    record.key(),
                    record.value(),
                    record.headers(),
                    Optional.empty()));
        written++;
      }
    }
  }
}
