package dev.dataengine.streams;

import dev.dataengine.events.EvaluationResult;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether a result makes sense. */
final class ResultCheck {

  /** Ids are parts of keys; longer ones are a producer's mistake. */
  private static final int LONGEST_ID = 1_000;

  private ResultCheck() {}

  /** What is wrong with it, in words; empty where nothing is. */
  static Optional<String> problem(byte @Nullable [] key, @Nullable EvaluationResult result) {
    if (result == null) {
      return Optional.of("no value: expected an event, got a tombstone");
    }
    double score = result.getScore();
    if (!(score >= 0 && score <= 1)) {
      return Optional.of("score: expected 0 to 1, got " + score);
    }
    if (result.getModelVersion() < 0) {
      return Optional.of("model_version: expected 0 or more, got " + result.getModelVersion());
    }
    for (Map.Entry<String, String> id : ids(result).entrySet()) {
      String problem = problem(id.getValue());
      if (problem != null) {
        return Optional.of(id.getKey() + ": expected an id, got " + problem);
      }
    }
    // The partition, and with it what counts as the same question, follows from the key.
    String keyText = key == null ? null : new String(key, StandardCharsets.UTF_8);
    if (!result.getQuestionId().equals(keyText)) {
      return Optional.of(
          "key: expected the question_id '" + result.getQuestionId() + "', got '" + keyText + "'");
    }
    return Optional.empty();
  }

  private static Map<String, String> ids(EvaluationResult result) {
    Map<String, String> ids = new LinkedHashMap<>();
    ids.put("result_id", result.getResultId());
    ids.put("benchmark", result.getBenchmark());
    ids.put("model", result.getModel());
    ids.put("question_id", result.getQuestionId());
    ids.put("image_id", result.getImageId());
    ids.put("question_type", result.getQuestionType());
    return ids;
  }

  private static @Nullable String problem(String id) {
    if (id.isBlank()) {
      return "a blank";
    }
    if (id.length() > LONGEST_ID) {
      return id.length() + " characters";
    }
    return id.indexOf(Keys.SEPARATOR) >= 0 ? "one with a NUL in it" : null;
  }
}
