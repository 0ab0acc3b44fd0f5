package dev.dataengine.follow;

import dev.dataengine.clients.TopicIds;
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
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
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
 * <p>A topic that was made anew, or lost records, is read from its beginning again, told at WARN:
 * where its id is another, or records come from before those that were read. The client alone would
 * go on somewhere in the middle. {@link #onRestart} has whoever remembers the old topic forget it.
 *
 * <p>Owns consumer and ids; one thread owns a follower, but any may {@link #wake} it.
 */
public final class TopicFollower implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TopicFollower.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration PARTITIONS_EVERY = Duration.ofSeconds(10);

  /** How long one question may take: so soon a service says that it waits. It is asked again. */
  private static final Duration ASK = Duration.ofSeconds(5);

  private final Consumer<byte[], byte[]> consumer;
  private final TopicIds ids;
  private final List<Topic> topics;
  private final Patience patience;
  private final boolean remembers;
  private final Duration partitionsEvery;
  private final LongSupplier nanos;
  private final Map<TopicPartition, Long> processedBefore = new HashMap<>();

  /** Offsets behind the last record of each partition. */
  private final Map<TopicPartition, Long> behindLast = new HashMap<>();

  private Map<String, Uuid> known = Map.of();
  private java.util.function.Consumer<Set<TopicPartition>> restarted = partitions -> {};
  private long partitionsAt;
  private Map<TopicPartition, OffsetAndMetadata> committed = Map.of();

  /** What is done with each record. */
  @FunctionalInterface
  public interface Each {
    void accept(ConsumerRecord<byte[], byte[]> record) throws Exception;
  }

  /**
   * A follower whose first {@link #poll} finds the partitions.
   *
   * @param consumer of committed bytes, without a subscription
   * @param ids of the topics
   * @param remembers whether the consumer has a group id to remember positions under
   */
  public TopicFollower(
      Consumer<byte[], byte[]> consumer,
      TopicIds ids,
      List<Topic> topics,
      Patience patience,
      boolean remembers) {
    this(consumer, ids, topics, patience, remembers, PARTITIONS_EVERY, System::nanoTime);
  }

  /**
   * @param partitionsEvery how often added partitions are looked for
   * @param nanos a clock that only goes forward, in nanoseconds
   */
  public TopicFollower(
      Consumer<byte[], byte[]> consumer,
      TopicIds ids,
      List<Topic> topics,
      Patience patience,
      boolean remembers,
      Duration partitionsEvery,
      LongSupplier nanos) {
    this.consumer = consumer;
    this.ids = ids;
    this.topics = List.copyOf(topics);
    this.patience = patience;
    this.remembers = remembers;
    this.partitionsEvery = partitionsEvery;
    this.nanos = nanos;
  }

  /**
   * Who is told of partitions that are read from their beginning again, before any record of them
   * is handed out again.
   *
   * @return this
   */
  public TopicFollower onRestart(java.util.function.Consumer<Set<TopicPartition>> told) {
    restarted = told;
    return this;
  }

  /**
   * The next records, after at most {@code wait}; waits longer where the broker is away. A record
   * is handed out once, so what is to be done with it is done before the next poll.
   */
  public Iterable<ConsumerRecord<byte[], byte[]>> poll(Duration wait) throws Exception {
    return next(wait);
  }

  private ConsumerRecords<byte[], byte[]> next(Duration wait) throws Exception {
    findPartitions();
    ConsumerRecords<byte[], byte[]> records =
        patience.waitOut("the broker", () -> consumer.poll(wait));
    Map<TopicPartition, Long> firsts = new HashMap<>();
    records.forEach(record -> firsts.putIfAbsent(partition(record), record.offset()));
    if (restartWhereBack(firsts)) {
      return ConsumerRecords.empty(); // they are read again
    }
    records.forEach(record -> behindLast.put(partition(record), record.offset() + 1));
    return records;
  }

  /**
   * Reads to what is the end of the topics now, or until the service stops. Where a topic is made
   * anew meanwhile, that is the end of what is there then.
   */
  public void toEnd(Each each) throws Exception {
    Map<TopicPartition, Long> ends = ends();
    while (patience.isRunning() && !isBehind(ends)) {
      ConsumerRecords<byte[], byte[]> records = next(POLL);
      forEach(records, each);
      if (records.isEmpty()) {
        ends = lower(ends, ends());
      }
    }
  }

  /** Of partitions that are followed still: what was the end once may never come again. */
  private static Map<TopicPartition, Long> lower(
      Map<TopicPartition, Long> before, Map<TopicPartition, Long> now) {
    Map<TopicPartition, Long> lower = new HashMap<>(now);
    lower.replaceAll((partition, end) -> Math.min(end, before.getOrDefault(partition, end)));
    return lower;
  }

  /** What was handed out and not processed, since a record's processing threw, is read again. */
  private void forEach(Iterable<ConsumerRecord<byte[], byte[]>> records, Each each)
      throws Exception {
    Map<TopicPartition, Long> left = new HashMap<>();
    records.forEach(record -> left.putIfAbsent(partition(record), record.offset()));
    try {
      for (ConsumerRecord<byte[], byte[]> record : records) {
        each.accept(record);
        left.put(partition(record), record.offset() + 1);
      }
    } catch (Exception | Error e) {
      left.forEach(consumer::seek);
      behindLast.putAll(left);
      throw e;
    }
  }

  private static TopicPartition partition(ConsumerRecord<byte[], byte[]> record) {
    return new TopicPartition(record.topic(), record.partition());
  }

  /** Whether all has been read that is there now. */
  public boolean isAtEnd() throws Exception {
    return isBehind(ends());
  }

  /** Whether all before the ends is read; not of a topic that has not even come so far. */
  private boolean isBehind(Map<TopicPartition, Long> ends) throws Exception {
    Map<TopicPartition, Long> at = at();
    return !restartWhereBack(at) && covers(at, ends) && covers(ends(), at);
  }

  private static boolean covers(Map<TopicPartition, Long> one, Map<TopicPartition, Long> other) {
    return other.entrySet().stream()
        .allMatch(e -> one.getOrDefault(e.getKey(), 0L) >= e.getValue());
  }

  private Map<TopicPartition, Long> at() throws Exception {
    return patience.waitOut(
        "the broker",
        () -> {
          findPartitions(); // one that is gone is never answered for
          Map<TopicPartition, Long> at = new HashMap<>();
          consumer.assignment().forEach(p -> at.put(p, consumer.position(p, ASK)));
          return at;
        });
  }

  /** Reads those again whose next record would be one before the last; false where none is. */
  private boolean restartWhereBack(Map<TopicPartition, Long> at) {
    Set<TopicPartition> back = new HashSet<>();
    at.forEach(
        (partition, offset) -> {
          if (offset < behindLast.getOrDefault(partition, 0L)) {
            back.add(partition);
          }
        });
    if (!back.isEmpty()) {
      consumer.seekToBeginning(back);
      restarted(back);
    }
    return !back.isEmpty();
  }

  private void restarted(Set<TopicPartition> partitions) {
    log.atWarn()
        .addKeyValue("partitions", partitions)
        .log("a topic was made anew or lost records; what is there is read from its beginning");
    behindLast.keySet().removeAll(partitions);
    processedBefore.keySet().removeAll(partitions);
    committed = Map.of();
    restarted.accept(partitions);
  }

  private Map<TopicPartition, Long> ends() throws Exception {
    return patience.waitOut(
        "the broker",
        () -> {
          findPartitions();
          return consumer.endOffsets(consumer.assignment(), ASK);
        });
  }

  /** Whether no start before this one has processed the record. */
  public boolean isNew(ConsumerRecord<byte[], byte[]> record) {
    return record.offset() >= processedBefore.getOrDefault(partition(record), 0L);
  }

  /** Where the next poll goes on, of every partition. */
  public Map<TopicPartition, OffsetAndMetadata> positions() throws Exception {
    Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
    at().forEach((partition, offset) -> positions.put(partition, new OffsetAndMetadata(offset)));
    return positions;
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
    return take(listed());
  }

  /** What the broker itself has, not what the consumer remembers. */
  private List<TopicPartition> listed() throws Exception {
    Map<String, List<PartitionInfo>> all =
        patience.waitOut("the broker", () -> consumer.listTopics(ASK));
    List<TopicPartition> found = new ArrayList<>();
    for (String topic : names()) {
      all.getOrDefault(topic, List.of())
          .forEach(info -> found.add(new TopicPartition(topic, info.partition())));
    }
    return found;
  }

  /** Assigns what is there; again now and then, for partitions that were added. */
  private void findPartitions() throws Exception {
    boolean first = consumer.assignment().isEmpty();
    if (!first && nanos.getAsLong() - partitionsAt < partitionsEvery.toNanos()) {
      return;
    }
    List<TopicPartition> found =
        patience.waitOut(first ? "the topics " + names() : "the broker", this::partitions);
    Map<String, Uuid> now = patience.waitOut("the broker", () -> ids.of(names()));
    partitionsAt = nanos.getAsLong();
    Set<TopicPartition> anew = new HashSet<>(consumer.assignment());
    anew.removeIf(
        partition ->
            !known.containsKey(partition.topic())
                || known.get(partition.topic()).equals(now.get(partition.topic())));
    known = now;
    if (!anew.isEmpty()) {
      leave(anew);
      found = listed();
    }
    boolean unused = take(found);
    if (!anew.isEmpty()) {
      restarted(anew);
    }
  }

  /** It may have fewer partitions now. */
  private void leave(Set<TopicPartition> partitions) {
    Set<TopicPartition> others = new HashSet<>(consumer.assignment());
    others.removeAll(partitions);
    consumer.assign(others);
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
    ids.close();
    consumer.close();
  }
}
