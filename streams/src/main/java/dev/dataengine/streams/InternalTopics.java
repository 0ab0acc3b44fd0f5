package dev.dataengine.streams;

import dev.dataengine.topics.Topic;
import java.util.Map;

/**
 * The topics that the topology keeps to itself, named after the application as Kafka Streams names
 * its own. A sum replaces the one before it, so they are compacted; what nobody read for as long as
 * results are kept can be counted anew.
 */
public final class InternalTopics {

  private InternalTopics() {}

  /** Partial sums; one partition, for the merge is one task. */
  public static String partials(WeightsConfig config) {
    return config.applicationId() + "-partials";
  }

  /** What the merge asks; as many partitions as the results have. */
  public static String asks(WeightsConfig config) {
    return config.applicationId() + "-asks";
  }

  public static Map<String, String> settings() {
    return Map.of(
        "cleanup.policy",
        "compact,delete",
        "retention.ms",
        Topic.EVALUATION_RESULTS.settings().getOrDefault("retention.ms", "-1"),
        "segment.bytes",
        Integer.toString(16 << 20));
  }
}
