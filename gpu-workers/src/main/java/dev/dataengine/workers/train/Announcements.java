package dev.dataengine.workers.train;

import dev.dataengine.events.ModelVersion;
import dev.dataengine.failure.Patience;
import dev.dataengine.failure.RecordPolicy;
import dev.dataengine.failure.StoppedException;
import dev.dataengine.follow.TopicFollower;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.topics.Topic;
import dev.dataengine.topics.VersionNumbers;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Versions of one model as {@code model-versions} has them. The topic is compacted, so there may be
 * no more than the newest; its {@code lineage_since} says whose the numbers before it are.
 */
final class Announcements {

  private final NavigableMap<Long, ModelVersion> byNumber = new TreeMap<>();
  private final String model;

  Announcements(String model) {
    this.model = model;
  }

  /** Reads the topic to its end; what is no event there is left out. */
  static Announcements read(
      TopicFollower topic, EventSerde<ModelVersion> serde, String model, Patience patience)
      throws Exception {
    Announcements read = new Announcements(model);
    RecordPolicy policy = RecordPolicy.leavingOut(patience);
    topic.toEnd(
        record -> {
          if (record.value() != null) {
            policy
                .apply(record, (ConsumerRecord<byte[], byte[]> r) -> serde.event(r))
                .ifPresent(read::add);
          }
        });
    if (!patience.isRunning()) {
      // what was read so far is not enough to decide by
      throw new StoppedException("the topic " + Topic.MODEL_VERSIONS.topicName());
    }
    return read;
  }

  /** Takes an announcement; what announces another model, or no possible version, is left out. */
  void add(ModelVersion event) {
    if (event.getModel().equals(model)
        && event.getVersion() >= event.getLineageSince()
        && event.getLineageSince() >= 0
        && VersionNumbers.isPossible(event.getVersion())) {
      byNumber.put(event.getVersion(), event);
    }
  }

  /** The newest announcement. */
  Optional<ModelVersion> newest() {
    return byNumber.isEmpty() ? Optional.empty() : Optional.of(byNumber.lastEntry().getValue());
  }

  /** The announcement of a number, where it is still there. */
  @Nullable ModelVersion at(long number) {
    return byNumber.get(number);
  }

  /** Whether a checkpoint's number is, or is going to be, another run's. */
  boolean contradict(TrainerState state) {
    @Nullable ModelVersion same = at(state.version());
    if (same != null) {
      return !same.getLineage().equals(state.lineage());
    }
    if (byNumber.isEmpty()) {
      return false;
    }
    ModelVersion newest = byNumber.lastEntry().getValue();
    return !newest.getLineage().equals(state.lineage())
        && (state.version() > newest.getVersion()
            ? state.lineageSince() <= newest.getVersion()
            : state.version() >= newest.getLineageSince());
  }
}
