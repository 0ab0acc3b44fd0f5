package dev.dataengine.follow;

import dev.dataengine.failure.Patience;
import dev.dataengine.topics.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads topics whole, from their beginning, for a service whose state they are; waits for topics
 * that are not there yet and for a broker that is away, and takes in partitions that are added
 * later. It is no member of a group, so any number may follow.
 *
 * <p>Where the consumer has a group id, {@link #commit} remembers there how far records were
 * processed, and {@link #isNew} tells those that no start has processed before: what is refused
 * goes to the dead letters once, not at every start.
 *
 * <p>Owns the consumer; one thread owns a follower, but any may {@link #wake} it.
 */
public final class TopicFollower implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TopicFollower.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration PARTITIONS_EVERY = Duration.ofSeconds(10);

  /** How long one question may take: so soon a service says that it waits. It is asked again. */
  private static final Duration ASK = Duration.ofSeconds(5);

  private final Consumer<byte[], byte[]> consumer;
  private final List<Topic> topics;
  private final Patience patience;
  private final boolean remembers;
  private final Duration partitionsEvery;
  private final LongSupplier nanos;
  private final Map<TopicPartition, Long> processedBefore = new HashMap<>();
  private long partitionsAt;
  private Map<TopicPartition, OffsetAndMetadata> committed = Map.of();

  /**
   * A follower whose first {@link #poll} finds the partitions.
   *
   * @param consumer of committed bytes, without a subscription
   * @param remembers whether the consumer has a group id to remember positions under
   */
  public TopicFollower(
      Consumer<byte[], byte[]> consumer, List<Topic> topics, Patience patience, boolean remembers) {
    this(consumer, topics, patience, remembers, PARTITIONS_EVERY, System::nanoTime);
  }

  /**
   * @param partitionsEvery how often added partitions are looked for
   * @param nanos a clock that only goes forward, in nanoseconds
   */
  public TopicFollower(
      Consumer<byte[], byte[]> consumer,
      List<Topic> topics,
      Patience patience,
      boolean remembers,
      Duration partitionsEvery,
      LongSupplier nanos) {
    this.consumer = consumer;
    this.topics = List.copyOf(topics);
    this.patience = patience;
    this.remembers = remembers;
    this.partitionsEvery = partitionsEvery;
    this.nanos = nanos;
  }

  /**
   * The next records, after at most {@code wait}; waits longer where the broker is away. A record
   * is handed out once, so what is to be done with it is done before the next poll.
   */
  public Iterable<ConsumerRecord<byte[], byte[]>> poll(Duration wait) throws Exception {
    findPartitions();
    return patience.waitOut("the broker", () -> consumer.poll(wait));
  }

  /** Reads to what is the end of the topics now, or until the service stops. */
  public void toEnd(java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> each)
      throws Exception {
    findPartitions();
    Map<TopicPartition, Long> ends = ends();
    while (patience.isRunning() && !isAt(ends)) {
      forEach(poll(POLL), each);
    }
  }

  /** What was handed out and not processed, since a record's processing threw, is read again. */
  private void forEach(
      Iterable<ConsumerRecord<byte[], byte[]>> records,
      java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> each) {
    Map<TopicPartition, Long> left = new HashMap<>();
    records.forEach(record -> left.putIfAbsent(partition(record), record.offset()));
    try {
      for (ConsumerRecord<byte[], byte[]> record : records) {
        each.accept(record);
        left.put(partition(record), record.offset() + 1);
      }
    } catch (RuntimeException | Error e) {
      left.forEach(consumer::seek);
      throw e;
    }
  }

  private static TopicPartition partition(ConsumerRecord<byte[], byte[]> record) {
    return new TopicPartition(record.topic(), record.partition());
  }

  /** Whether all has been read that is there now. */
  public boolean isAtEnd() throws Exception {
    findPartitions();
    return isAt(ends());
  }

  private boolean isAt(Map<TopicPartition, Long> ends) throws Exception {
    return patience.waitOut(
        "the broker",
        () ->
            ends.entrySet().stream()
                .allMatch(e -> consumer.position(e.getKey(), ASK) >= e.getValue()));
  }

  private Map<TopicPartition, Long> ends() throws Exception {
    return patience.waitOut("the broker", () -> consumer.endOffsets(consumer.assignment(), ASK));
  }

  /** Whether no start before this one has processed the record. */
  public boolean isNew(ConsumerRecord<byte[], byte[]> record) {
    return record.offset() >= processedBefore.getOrDefault(partition(record), 0L);
  }

  /** Where the next poll goes on, of every partition. */
  public Map<TopicPartition, OffsetAndMetadata> positions() throws Exception {
    return patience.waitOut(
        "the broker",
        () -> {
          Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
          for (TopicPartition partition : consumer.assignment()) {
            positions.put(partition, new OffsetAndMetadata(consumer.position(partition, ASK)));
          }
          return positions;
        });
  }

  /** Remembers that all handed out so far was processed; costs nothing where nothing was. */
  public void commit() throws Exception {
    Map<TopicPartition, OffsetAndMetadata> positions = positions();
    if (remembers && !positions.equals(committed)) {
      committed = positions;
      consumer.commitAsync(
          positions,
          (offsets, failure) -> {
            if (failure != null) {
              committed = Map.of(); // it is told again
            }
          });
    }
  }

  /**
   * Asks the broker itself for partitions that were added: what the consumer knows of a topic, and
   * when it was looked for last, may be of a while ago.
   *
   * @return whether there are any; they are read from the next {@link #poll} on
   */
  public boolean findAdded() throws Exception {
    findPartitions();
    Map<String, List<PartitionInfo>> all =
        patience.waitOut("the broker", () -> consumer.listTopics(ASK));
    List<TopicPartition> found = new ArrayList<>();
    for (String topic : names()) {
      all.getOrDefault(topic, List.of())
          .forEach(info -> found.add(new TopicPartition(topic, info.partition())));
    }
    return take(found);
  }

  /** Assigns what is there; again now and then, for partitions that were added. */
  private void findPartitions() throws Exception {
    boolean first = consumer.assignment().isEmpty();
    if (!first && nanos.getAsLong() - partitionsAt < partitionsEvery.toNanos()) {
      return;
    }
    List<TopicPartition> found =
        patience.waitOut(first ? "the topics " + names() : "the broker", this::partitions);
    partitionsAt = nanos.getAsLong();
    boolean unused = take(found);
  }

  private boolean take(List<TopicPartition> found) throws Exception {
    boolean first = consumer.assignment().isEmpty();
    Set<TopicPartition> added = new HashSet<>(found);
    added.removeAll(consumer.assignment());
    if (added.isEmpty()) {
      return false;
    }
    Set<TopicPartition> all = new HashSet<>(consumer.assignment());
    all.addAll(added);
    consumer.assign(all);
    consumer.seekToBeginning(added);
    remember(added);
    if (!first) {
      log.atInfo().addKeyValue("partitions", added).log("partitions were added to a topic");
    }
    return true;
  }

  private List<TopicPartition> partitions() {
    List<TopicPartition> found = new ArrayList<>();
    for (Topic topic : topics) {
      List<PartitionInfo> infos = consumer.partitionsFor(topic.topicName(), ASK);
      if (infos == null || infos.isEmpty()) {
        throw new UnknownTopicOrPartitionException(
            "topic " + topic.topicName() + " is not there; 'dataengine topics create' makes it");
      }
      infos.forEach(info -> found.add(new TopicPartition(info.topic(), info.partition())));
    }
    return found;
  }

  private void remember(Set<TopicPartition> partitions) throws Exception {
    if (!remembers) {
      return;
    }
    patience
        .waitOut("the broker", () -> consumer.committed(partitions, ASK))
        .forEach(
            (partition, offset) -> {
              if (offset != null) {
                processedBefore.put(partition, offset.offset());
              }
            });
  }

  private List<String> names() {
    return topics.stream().map(Topic::topicName).toList();
  }

  /** Wakes a blocked poll, which then throws Kafka's WakeupException. */
  public void wake() {
    consumer.wakeup();
  }

  @Override
  public void close() {
    consumer.close();
  }
}
