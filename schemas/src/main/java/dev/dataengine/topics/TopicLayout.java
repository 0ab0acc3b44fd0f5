package dev.dataengine.topics;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * How the catalogue is laid out on one cluster.
 *
 * @param replication replicas of every partition
 * @param partitions partitions by topic name where they differ from the catalogue's
 */
public record TopicLayout(int replication, Map<String, Integer> partitions) {

  private static final Duration DEAD_LETTER_RETENTION = Duration.ofDays(30);

  public TopicLayout {
    if (replication < 1 || replication > Short.MAX_VALUE) {
      throw new IllegalArgumentException("replication: expected 1..32767, got " + replication);
    }
    partitions = partitions == null ? Map.of() : Map.copyOf(partitions);
    partitions.forEach(
        (name, count) -> {
          Topic.named(name);
          if (count < 1) {
            throw new IllegalArgumentException(
                "partitions." + name + ": expected at least 1, got " + count);
          }
        });
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
