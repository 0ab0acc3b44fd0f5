package dev.dataengine.streams;

import dev.dataengine.events.EvaluationResult;
import dev.dataengine.failure.Excerpt;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whether a result makes sense. The bounds keep what is written for it below Kafka's 1 MiB a
 * record: a bad case repeats the result's texts, an update of the weights names every type.
 */
final class ResultCheck {

  /**
   * Bytes of a result, its key and its headers: it may wait in a store whose changelog has to take
   * it whole.
   */
  static final int LARGEST = 512 * 1024;

  /** Types that a model version has in one partition. */
  static final int MOST_TYPES = 500;

  /** Ids are parts of keys; longer ones are a producer's mistake. */
  private static final int LONGEST_ID = 1_000;

  private static final int LONGEST_TYPE = 150;
  private static final Pattern MODEL = Pattern.compile("[A-Za-z0-9._-]{1,200}");

  private ResultCheck() {}

  /** What is wrong with it, in words; empty where nothing is. */
  static Optional<String> problem(byte @Nullable [] key, EvaluationResult result) {
    double score = result.getScore();
    if (!(score >= 0 && score <= 1)) {
      return Optional.of("score: expected 0 to 1, got " + score);
    }
    if (result.getModelVersion() < 0) {
      return Optional.of("model_version: expected 0 or more, got " + result.getModelVersion());
    }
    if (result.getQuestionCount() < 0) {
      return Optional.of("question_count: expected 0 or more, got " + result.getQuestionCount());
    }
    if (result.getEvaluatedAt().toEpochMilli() < 0) {
      return Optional.of(
          "evaluated_at: expected a time from 1970 on, got " + result.getEvaluatedAt());
    }
    Optional<String> model = modelProblem(result.getModel());
    if (model.isPresent()) {
      return Optional.of("model: " + model.get());
    }
    if (result.getBenchmark().indexOf('|') >= 0) {
      return Optional.of("benchmark: expected an id, got one with a | in it, which parts keys");
    }
    @Nullable String problem = idProblem(result);
    if (problem != null) {
      return Optional.of(problem);
    }
    long text = 3 * characters(result);
    if (text > LARGEST) {
      return Optional.of(
          "question, choices and answers: expected at most %d characters, got %d"
              .formatted(LARGEST / 3, text / 3));
    }
    // The partition, and with it what counts as the same question, follows from the key.
    String keyText = key == null ? null : new String(key, StandardCharsets.UTF_8);
    if (!result.getQuestionId().equals(keyText)) {
      return Optional.of(
          "key: expected the question_id '" + result.getQuestionId() + "', got '" + keyText + "'");
    }
    return Optional.empty();
  }

  /**
   * Of what a bad case repeats; three bytes each at most when it is written, also where they came
   * as one byte that is no UTF-8.
   */
  private static long characters(EvaluationResult result) {
    long characters = result.getQuestion().length();
    characters += result.getAnswer() == null ? 0 : result.getAnswer().length();
    for (String text : result.getChoices()) {
      characters += text.length();
    }
    for (String text : result.getDirectAnswers()) {
      characters += text.length();
    }
    return characters;
  }

  /** What is wrong with a model's name. */
  static Optional<String> modelProblem(String model) {
    return MODEL.matcher(model).matches()
        ? Optional.empty()
        : Optional.of(
            "expected up to 200 letters, digits, '.', '_' and '-', got '"
                + Excerpt.of(model)
                + "'");
  }

  private static @Nullable String idProblem(EvaluationResult result) {
    @Nullable String problem = problem("result_id", result.getResultId(), LONGEST_ID);
    problem = problem != null ? problem : problem("benchmark", result.getBenchmark(), LONGEST_ID);
    problem =
        problem != null ? problem : problem("question_id", result.getQuestionId(), LONGEST_ID);
    problem = problem != null ? problem : problem("image_id", result.getImageId(), LONGEST_ID);
    problem = problem != null ? problem : problem("lineage", "-" + result.getLineage(), LONGEST_ID);
    return problem != null
        ? problem
        : problem("question_type", result.getQuestionType(), LONGEST_TYPE);
  }

  private static @Nullable String problem(String name, String id, int longest) {
    if (id.isBlank()) {
      return name + ": expected an id, got a blank";
    }
    if (id.length() > longest) {
      return name + ": expected an id, got " + id.length() + " characters";
    }
    return id.indexOf(Keys.SEPARATOR) >= 0
        ? name + ": expected an id, got one with a NUL in it"
        : null;
  }
}
