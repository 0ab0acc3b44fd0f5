package dev.dataengine.topics;

import dev.dataengine.config.Key;
import dev.dataengine.config.Keys;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;

/** How the catalogue is laid out on one cluster. */
public record TopicLayout(
    @Key(doc = "replicas of every partition", range = "1..32767") int replication,
    @Key(doc = "partitions of a topic where they differ from the catalogue's", range = ">= 1")
        Map<String, Integer> partitions) {

  private static final Duration DEAD_LETTER_RETENTION = Duration.ofDays(30);

  public TopicLayout {
    partitions = partitions == null ? Map.of() : Map.copyOf(partitions);
    Keys.check(TopicLayout.class, replication, partitions);
    partitions.keySet().forEach(Topic::named);
  }

  /** One replica, the catalogue's partitions. */
  public static TopicLayout defaults() {
    return new TopicLayout(1, Map.of());
  }

  NewTopic of(String name, int catalogued) {
    return new NewTopic(name, partitions.getOrDefault(name, catalogued), (short) replication);
  }

  Map<String, String> deadLetterSettings() {
    return Map.of(
        "cleanup.policy", "delete", "retention.ms", "" + DEAD_LETTER_RETENTION.toMillis());
  }
}
