package dev.dataengine.producers.images;

import dev.dataengine.clients.TopicIds;
import dev.dataengine.events.Image;
import dev.dataengine.failure.RecordPolicy;
import dev.dataengine.follow.NewestOfKey;
import dev.dataengine.follow.TopicFollower;
import dev.dataengine.producers.loop.LoopParts;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.topics.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What the topic of images has: a fingerprint of the latest image of every id. */
final class KnownImages {

  /**
   * Of a tombstone: no image's, but there. An endless source does not bring back what was taken.
   */
  private static final int TAKEN_BACK = 0;

  private static final Duration PARTITIONS_EVERY = Duration.ofSeconds(10);

  private KnownImages() {}

  /** Reads the topic to its present end; waits for broker and registry. */
  static Map<String, Integer> read(
      Consumer<byte[], byte[]> consumer, EventSerde<Image> serde, LoopParts parts)
      throws Exception {
    Map<String, Integer> known = new HashMap<>();
    RecordPolicy policy = RecordPolicy.leavingOut(parts.patience());
    NewestOfKey newest = new NewestOfKey(Integer.MAX_VALUE);
    try (TopicFollower follower =
        new TopicFollower(
            consumer,
            TopicIds.NONE,
            List.of(Topic.IMAGES),
            parts.patience(),
            /* remembers= */ false,
            PARTITIONS_EVERY,
            parts.nanos())) {
      follower.toEnd(record -> newest.keep(record, () -> add(record, serde, policy, known)));
    }
    return known;
  }

  private static void add(
      ConsumerRecord<byte[], byte[]> record,
      EventSerde<Image> serde,
      RecordPolicy policy,
      Map<String, Integer> known) {
    String id = EventSerde.key(record);
    if (record.value() == null) {
      known.put(id, TAKEN_BACK);
      return;
    }
    Optional<Integer> found = policy.apply(record, r -> fingerprint(serde.event(r)));
    if (found.isPresent()) {
      known.put(id, found.get());
    } else {
      known.remove(id); // not readable, so it is published anew under its id
    }
  }

  /** Differs where the pixels or the annotation do. */
  static int fingerprint(Image image) {
    return Objects.hash(
        image.getSha256(),
        image.getUri(),
        image.getObjects(),
        image.getCaptions(),
        image.getAttributes(),
        image.getQuestions());
  }
}
