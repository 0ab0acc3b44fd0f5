package dev.dataengine.producers.generator;

import dev.dataengine.events.BadCase;
import dev.dataengine.events.Image;
import dev.dataengine.events.WeightUpdate;
import dev.dataengine.failure.RecordPolicy;
import dev.dataengine.follow.NewestOfKey;
import dev.dataengine.follow.TopicFollower;
import dev.dataengine.producers.loop.LoopParts;
import dev.dataengine.serde.DeadLetters;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.topics.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Keeps a {@link SampleGenerator} told. The topics are the state: on start they are read again, the
 * images and weights whole, the latest of the bad cases. Committed offsets tell how far records
 * were processed before, so that none goes to the dead letters twice. For one thread, but any may
 * {@link #wake} it.
 */
final class GeneratorInputs implements AutoCloseable {

  private static final List<Topic> TOPICS =
      List.of(Topic.QUESTION_TYPE_WEIGHTS, Topic.BAD_CASES, Topic.IMAGES);

  /** Bad cases read again on start, of each partition. */
  private static final long BAD_CASES_REPLAYED = 5_000;

  private static final Duration PARTITIONS_EVERY = Duration.ofSeconds(10);
  private static final Duration ASK = Duration.ofSeconds(5);

  /** Called where letters fill up, so that they go before more is read. */
  @FunctionalInterface
  interface Overflow {
    void letters() throws Exception;
  }

  private final Consumer<byte[], byte[]> consumer;
  private final LoopParts parts;
  private final TopicFollower follower;
  private final SampleGenerator generator;
  private final RecordPolicy policy;
  private final EventSerde<WeightUpdate> weights;
  private final EventSerde<BadCase> badCases;
  private final EventSerde<Image> images;
  private final Letters letters = new Letters();

  /** Next offset that no start has processed, by partition. */
  private final Map<TopicPartition, Long> processed = new HashMap<>();

  private final NewestOfKey newestImages;
  private int weightsFrom = -1;

  /**
   * @param consumer of the generator's group; owned
   */
  GeneratorInputs(Consumer<byte[], byte[]> consumer, SampleGenerator generator, LoopParts parts) {
    this.consumer = consumer;
    this.parts = parts;
    this.generator = generator;
    this.follower =
        new TopicFollower(
                consumer,
                parts.clients().topicIds("generator-topics"),
                TOPICS,
                parts.patience(),
                /* remembers= */ false,
                PARTITIONS_EVERY,
                parts.nanos())
            .onRestart(this::forget);
    this.newestImages = new NewestOfKey(generator.images().capacity());
    this.policy = RecordPolicy.refusing(parts.patience(), this::refuse);
    this.weights = EventSerde.of(WeightUpdate.class, parts.registry());
    this.badCases = EventSerde.of(BadCase.class, parts.registry());
    this.images = EventSerde.of(Image.class, parts.registry());
  }

  /** Rebuilds the state; afterwards {@link #poll} goes on behind it. Waits for the broker. */
  void replay(Overflow overflow) throws Exception {
    boolean unused = follower.isAtEnd(); // finds the partitions
    parts.patience().waitOut("the broker", this::startAtTails);
    follower.toEnd(
        record -> {
          apply(record);
          if (letters.isFull()) {
            overflow.letters();
          }
        });
  }

  private void startAtTails() {
    List<TopicPartition> tails =
        consumer.assignment().stream()
            .filter(p -> p.topic().equals(Topic.BAD_CASES.topicName()))
            .toList();
    Map<TopicPartition, Long> starts = consumer.beginningOffsets(tails, ASK);
    consumer
        .endOffsets(tails, ASK)
        .forEach(
            (partition, end) ->
                consumer.seek(
                    partition,
                    Math.max(starts.getOrDefault(partition, 0L), end - BAD_CASES_REPLAYED)));
    consumer
        .committed(consumer.assignment(), ASK)
        .forEach(
            (partition, offset) -> {
              if (offset != null) {
                processed.merge(partition, offset.offset(), Math::max);
              }
            });
  }

  /** Takes in what comes within {@code wait}. */
  void poll(Duration wait) throws Exception {
    for (ConsumerRecord<byte[], byte[]> record : follower.poll(wait)) {
      apply(record);
    }
  }

  /** Letters that wait. */
  Letters letters() {
    return letters;
  }

  /**
   * What may be committed with the first {@code count} letters: as far as records were processed,
   * but not beyond the first letter that waits. Of no partition only where no record was ever read.
   */
  Map<TopicPartition, Long> offsets(int count) {
    Map<TopicPartition, Long> offsets = new HashMap<>(processed);
    letters.hold(offsets, count);
    return offsets;
  }

  private void apply(ConsumerRecord<byte[], byte[]> record) {
    var unused = policy.apply(record, this::taken);
    processed.merge(partition(record), record.offset() + 1, Math::max);
  }

  /**
   * Of topics that were made anew nothing was processed, and their images are all that there is:
   * others nobody would find.
   */
  private void forget(Set<TopicPartition> partitions) {
    processed.keySet().removeAll(partitions);
    consumer.assignment().stream()
        .filter(partitions::contains)
        .forEach(partition -> processed.put(partition, 0L));
    if (partitions.stream().anyMatch(p -> p.topic().equals(Topic.IMAGES.topicName()))) {
      generator.images().clear();
      newestImages.clear();
    }
  }

  private Boolean taken(ConsumerRecord<byte[], byte[]> record) {
    switch (Topic.named(record.topic())) {
      case QUESTION_TYPE_WEIGHTS -> take(record, weights.event(record));
      case BAD_CASES -> {
        BadCase badCase = badCases.event(record);
        InputChecks.check(badCase);
        generator.learn(badCase);
      }
      default -> {
        if (record.value() == null) {
          newestImages.keep(record, () -> generator.images().remove(EventSerde.key(record)));
        } else {
          Image image = images.event(record);
          InputChecks.check(image);
          newestImages.keep(record, () -> generator.images().put(image));
        }
      }
    }
    return true;
  }

  /**
   * Of one partition the later record is the newer one. Where partitions were added the key may
   * have moved to another, and nothing says in which order both are read: then the time does.
   */
  private void take(ConsumerRecord<byte[], byte[]> record, WeightUpdate update) {
    if (!generator.follows(update)) {
      return;
    }
    InputChecks.check(update);
    if (record.partition() == weightsFrom || !generator.hasNewerThan(update)) {
      weightsFrom = record.partition();
      generator.follow(update);
    }
  }

  private void refuse(ConsumerRecord<byte[], byte[]> record, String reason) {
    if (record.offset() >= processed.getOrDefault(partition(record), 0L)) {
      List<ProducerRecord<byte[], byte[]>> letter = new ArrayList<>(1);
      new DeadLetters("generator", letter::add).send(record, reason);
      letter.forEach(one -> letters.add(record, one));
    }
  }

  private static TopicPartition partition(ConsumerRecord<byte[], byte[]> record) {
    return new TopicPartition(record.topic(), record.partition());
  }

  void wake() {
    follower.wake();
  }

  @Override
  public void close() {
    follower.close();
  }
}
