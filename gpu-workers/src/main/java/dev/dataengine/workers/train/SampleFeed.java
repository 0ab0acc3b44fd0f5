package dev.dataengine.workers.train;

import dev.dataengine.failure.MisconfiguredException;
import dev.dataengine.failure.Patience;
import dev.dataengine.topics.Topic;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records of {@code vqa-samples} in the order they arrive, each once, from where the trainer's
 * progress stands. A record waits here until it is taken, and is in hand until it is settled, which
 * is when progress leaves it behind; a partition that is assigned anew, or whose position is lost,
 * goes on behind what waits or is in hand.
 *
 * <p>The worker is a static member of its group: after a kill it has its partitions back as soon as
 * it joins, without waiting for a session to expire.
 */
final class SampleFeed implements ConsumerRebalanceListener {

  private static final Logger log = LoggerFactory.getLogger(SampleFeed.class);
  private static final Duration ASK = Duration.ofSeconds(10);

  private final Consumer<byte[], byte[]> consumer;
  private final Progress progress;
  private final SamplesTopic topic;
  private final int batchSamples;
  private final Patience patience;
  private final Deque<ConsumerRecord<byte[], byte[]>> waiting = new ArrayDeque<>();
  private final List<ConsumerRecord<byte[], byte[]>> inHand = new ArrayList<>();

  SampleFeed(
      Consumer<byte[], byte[]> consumer,
      SamplesTopic topic,
      int batchSamples,
      Progress progress,
      Patience patience) {
    this.consumer = consumer;
    this.topic = topic;
    this.batchSamples = batchSamples;
    this.progress = progress;
    this.patience = patience;
    consumer.subscribe(List.of(Topic.VQA_SAMPLES.topicName()), this);
  }

  /** Settings of the consumer. */
  static Map<String, String> settings(TrainerConfig config) {
    return Map.of(
        "group.id", config.group(),
        "group.instance.id", config.worker(),
        // the checkpoint says where to read; anywhere else samples would be skipped or train twice
        "auto.offset.reset", "none",
        "max.poll.records", Integer.toString(2 * config.batchSamples()));
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** The next record, in hand from then on; only where it is not {@link #isEmpty}. */
  ConsumerRecord<byte[], byte[]> take() {
    ConsumerRecord<byte[], byte[]> record = waiting.remove();
    inHand.add(record);
    return record;
  }

  /** What is in hand is behind the progress now. */
  void settle() {
    inHand.clear();
  }

  /**
   * Asks the broker for more, waiting at most so long, or longer where it is away; where a batch
   * waits already, asks for nothing and does not wait, so that a backlog of any length stays on the
   * broker.
   */
  void poll(Duration atMost) throws Exception {
    boolean enough = waiting.size() >= batchSamples;
    if (enough) {
      consumer.pause(consumer.assignment());
    } else {
      consumer.resume(consumer.paused());
    }
    try {
      ConsumerRecords<byte[], byte[]> records =
          patience.waitOut("the broker", () -> consumer.poll(enough ? Duration.ZERO : atMost));
      records.forEach(this::add);
    } catch (LogTruncationException e) {
      requireSameTopic();
      refuseLost(e);
      throw e; // what was lost was not trained on: the next start reads on from the checkpoint
    } catch (OffsetOutOfRangeException e) {
      patience.waitOut("the broker", () -> findPosition(e.partitions()));
    }
  }

  /**
   * What was read so far is of one topic.
   *
   * @throws IllegalStateException where it was made anew: see {@link SamplesTopic#requireStill}
   */
  void requireSameTopic() throws Exception {
    topic.requireStill(progress.samplesTopic());
  }

  /** Others may stand where records were that the progress has behind it. */
  private void refuseLost(LogTruncationException lost) {
    lost.divergentOffsets()
        .forEach(
            (partition, from) -> {
              long read = progress.next(partition);
              if (from.offset() < read) {
                throw new MisconfiguredException(
                    "%s lost its records from offset %d on, and the checkpoint has read it up to %d (an unclean leader election?); restore it, or begin anew in another checkpoint-directory"
                        .formatted(partition, from.offset(), read),
                    lost);
              }
            });
  }

  private void add(ConsumerRecord<byte[], byte[]> record) {
    if (record.offset() >= next(new TopicPartition(record.topic(), record.partition()))) {
      waiting.add(record);
    }
  }

  /** Behind all that was read of the partition, or waits, or is in hand. */
  private long next(TopicPartition partition) {
    return unsettled(partition)
        .mapToLong(record -> record.offset() + 1)
        .reduce(progress.next(partition), Math::max);
  }

  private Stream<ConsumerRecord<byte[], byte[]>> unsettled(TopicPartition partition) {
    return Stream.concat(inHand.stream(), waiting.stream())
        .filter(r -> r.partition() == partition.partition());
  }

  /** Records were deleted, or the topic is not the one that was read. */
  private void findPosition(Set<TopicPartition> partitions) throws Exception {
    requireSameTopic();
    Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions, ASK);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, ASK);
    for (TopicPartition partition : partitions) {
      long next = next(partition);
      long start = starts.getOrDefault(partition, 0L);
      long end = ends.getOrDefault(partition, Long.MAX_VALUE);
      if (next > end) {
        throw new MisconfiguredException(
            "%s ends at offset %d, but the checkpoint has read it up to %d: the topic lost records; restore them, or begin anew in another checkpoint-directory"
                .formatted(partition, end, next));
      }
      if (next < start && next > 0) {
        log.atWarn()
            .addKeyValue("partition", partition)
            .addKeyValue("offsets", start - next)
            .log("samples were deleted from the topic before they were trained on");
      }
      consumer.seek(partition, Math.max(next, start));
    }
  }

  /** Reads again from the progress on, which was taken back. */
  void rewind() {
    waiting.clear();
    inHand.clear();
    onPartitionsAssigned(consumer.assignment());
  }

  /**
   * How far training is, for lag only: where nothing waits or is in hand, all that was fetched, so
   * that what is no sample (a transaction's marker, an aborted record) does not look like one.
   */
  Map<TopicPartition, OffsetAndMetadata> reached() {
    Map<TopicPartition, OffsetAndMetadata> reached = new HashMap<>();
    for (TopicPartition partition : consumer.assignment()) {
      long offset =
          unsettled(partition)
              .mapToLong(ConsumerRecord::offset)
              .min()
              .orElseGet(() -> consumer.position(partition, ASK));
      reached.put(partition, new OffsetAndMetadata(offset));
    }
    return reached;
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    // before anything is fetched, and without asking the broker: it may be away just now
    partitions.forEach(partition -> consumer.seek(partition, next(partition)));
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    waiting.removeIf(r -> partitions.contains(new TopicPartition(r.topic(), r.partition())));
  }
}
