package dev.dataengine.producers.generator;

import dev.dataengine.clients.TopicIds;
import dev.dataengine.events.VqaSample;
import dev.dataengine.failure.RecordPolicy;
import dev.dataengine.follow.TopicFollower;
import dev.dataengine.producers.loop.LoopParts;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.topics.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads the latest samples on start, so that their questions are not asked again. */
final class SampleTail {

  private static final Duration ASK = Duration.ofSeconds(5);
  private static final Duration PARTITIONS_EVERY = Duration.ofSeconds(10);

  /** A question about an image, and when its sample was written. */
  private record Asked(long at, String key) {}

  private SampleTail() {}

  /**
   * Reads the ends of all partitions and remembers the latest samples among them. They come a
   * partition after the other; in that order the last partition alone would fill the window. What
   * is no sample is left out: it is no input here, and its dead letter is the trainers'.
   *
   * @param consumer without an assignment; stays the caller's
   */
  static void remember(
      Consumer<byte[], byte[]> consumer, LoopParts parts, int window, RecentQuestions recent)
      throws Exception {
    List<Asked> asked = new ArrayList<>();
    RecordPolicy policy = RecordPolicy.leavingOut(parts.patience());
    EventSerde<VqaSample> samples = EventSerde.of(VqaSample.class, parts.registry());
    TopicFollower follower =
        new TopicFollower(
            consumer,
            TopicIds.NONE,
            List.of(Topic.VQA_SAMPLES),
            parts.patience(),
            /* remembers= */ false,
            PARTITIONS_EVERY,
            parts.nanos());
    boolean unused = follower.isAtEnd(); // finds the partitions
    parts.patience().waitOut("the broker", () -> seekToTails(consumer, window));
    follower.toEnd(record -> policy.apply(record, r -> asked(samples, r)).ifPresent(asked::add));
    asked.sort(Comparator.comparingLong(Asked::at));
    asked.forEach(one -> recent.add(one.key()));
  }

  private static void seekToTails(Consumer<byte[], byte[]> consumer, int window) {
    Map<TopicPartition, Long> starts = consumer.beginningOffsets(consumer.assignment(), ASK);
    consumer
        .endOffsets(consumer.assignment(), ASK)
        .forEach(
            (partition, end) ->
                consumer.seek(
                    partition, Math.max(starts.getOrDefault(partition, 0L), end - window)));
  }

  /** A record without a time has the one that the sample was made at. */
  private static Asked asked(EventSerde<VqaSample> serde, ConsumerRecord<byte[], byte[]> record) {
    VqaSample sample = serde.event(record);
    long at = record.timestamp() < 0 ? sample.getCreatedAt().toEpochMilli() : record.timestamp();
    return new Asked(at, RecentQuestions.key(sample.getImageId(), sample.getQuestion()));
  }
}
