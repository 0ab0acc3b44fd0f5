package dev.dataengine.compose.chaos.observe;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The topics that are watched, by their public names, with the event that each should hold. Whether
 * bad records are sent to it, and whether one without a value means a deletion there.
 */
public enum Watched {
  IMAGES("images", "Image", true, true),
  RESULTS("evaluation-results", "EvaluationResult", true, false),
  STATS("question-type-stats", "QuestionTypeStats", false, true),
  WEIGHTS("question-type-weights", "WeightUpdate", true, true),
  BAD_CASES("bad-cases", "BadCase", true, false),
  SAMPLES("vqa-samples", "VqaSample", true, false),
  VERSIONS("model-versions", "ModelVersion", true, true);

  private static final String DEAD_LETTER = ".dead-letter";

  private final String topic;
  private final String event;
  private final boolean input;
  private final boolean compacted;

  Watched(String topic, String event, boolean input, boolean compacted) {
    this.topic = topic;
    this.event = event;
    this.input = input;
    this.compacted = compacted;
  }

  public String topic() {
    return topic;
  }

  /** Name of its events' schema. */
  public String event() {
    return event;
  }

  /** Whether a service takes it in, so that bad records go there. */
  public boolean isInput() {
    return input;
  }

  /** Whether it is compacted: then every record has a key, and one without a value deletes. */
  public boolean isCompacted() {
    return compacted;
  }

  static Optional<Watched> of(String topic) {
    return Arrays.stream(values()).filter(watched -> watched.topic.equals(topic)).findFirst();
  }

  /** The topics and their dead letters. */
  static List<String> topics() {
    return Arrays.stream(values())
        .flatMap(watched -> Stream.of(watched.topic, watched.topic + DEAD_LETTER))
        .toList();
  }

  static boolean isDeadLetter(String topic) {
    return topic.endsWith(DEAD_LETTER);
  }
}
