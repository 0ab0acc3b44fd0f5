package dev.dataengine.topics;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Every topic of the loop with its layout. Names are fixed: they are the interface between the
 * services; partitions and replication are the defaults that {@link TopicAdmin} may be told to
 * override.
 */
public enum Topic {
  IMAGES("images", 4, Cleanup.COMPACT, null),
  EVALUATION_TASKS("evaluation-tasks", 4, Cleanup.DELETE, Duration.ofDays(1)),
  EVALUATION_RESULTS("evaluation-results", 4, Cleanup.DELETE, Duration.ofDays(7)),
  QUESTION_TYPE_STATS("question-type-stats", 1, Cleanup.COMPACT, null),
  QUESTION_TYPE_WEIGHTS("question-type-weights", 1, Cleanup.COMPACT, null),
  BAD_CASES("bad-cases", 4, Cleanup.DELETE, Duration.ofDays(7)),
  VQA_SAMPLES("vqa-samples", 4, Cleanup.DELETE, Duration.ofDays(7)),
  REJECTED_SAMPLES("rejected-samples", 1, Cleanup.DELETE, Duration.ofDays(7)),
  MODEL_VERSIONS("model-versions", 1, Cleanup.COMPACT_DELETE, Duration.ofDays(365)),
  MODEL_PROMOTIONS("model-promotions", 1, Cleanup.COMPACT_DELETE, Duration.ofDays(365)),
  ADAPTER_DELTAS("adapter-deltas", 1, Cleanup.DELETE, Duration.ofDays(1));

  /** Kafka's {@code cleanup.policy}. */
  public enum Cleanup {
    COMPACT("compact"),
    DELETE("delete"),
    COMPACT_DELETE("compact,delete");

    private final String policy;

    Cleanup(String policy) {
      this.policy = policy;
    }

    public String policy() {
      return policy;
    }
  }

  private final String topicName;
  private final int partitions;
  private final Cleanup cleanup;
  private final @org.jspecify.annotations.Nullable Duration retention;

  Topic(
      String topicName,
      int partitions,
      Cleanup cleanup,
      @org.jspecify.annotations.Nullable Duration retention) {
    this.topicName = topicName;
    this.partitions = partitions;
    this.cleanup = cleanup;
    this.retention = retention;
  }

  /** Name of the topic on the broker. */
  public String topicName() {
    return topicName;
  }

  public int partitions() {
    return partitions;
  }

  public Cleanup cleanup() {
    return cleanup;
  }

  /** Name of the topic that takes records of this one that cannot be processed. */
  public String deadLetterName() {
    return topicName + ".dead-letter";
  }

  /** Subject of the value schema in the registry (TopicNameStrategy). */
  public String valueSubject() {
    return topicName + "-value";
  }

  /** The topic's settings as Kafka names them. */
  public Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>();
    settings.put("cleanup.policy", cleanup.policy());
    if (retention != null) {
      settings.put("retention.ms", Long.toString(retention.toMillis()));
    }
    return settings;
  }

  /** Whether that is the name of a catalogued topic's dead letters. */
  public static boolean isOfDeadLetters(String topicName) {
    return Arrays.stream(values()).anyMatch(topic -> topic.deadLetterName().equals(topicName));
  }

  public static List<Topic> catalogue() {
    return List.of(values());
  }

  /**
   * The topic of that name.
   *
   * @throws IllegalArgumentException where the catalogue has none
   */
  public static Topic named(String topicName) {
    return Arrays.stream(values())
        .filter(topic -> topic.topicName.equals(topicName))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no topic '"
                        + topicName
                        + "' in the catalogue; it has "
                        + Arrays.stream(values()).map(Topic::topicName).toList()));
  }
}
