package dev.dataengine.streams;

import static dev.dataengine.streams.Results.result;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.events.EvaluationResult;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The bounds of a result, each just kept and just passed. */
class ResultCheckTest {

  private static final int TEXT = ResultCheck.LARGEST / 3;

  @ParameterizedTest
  @MethodSource
  void withinTheBounds_isSound(String what, Consumer<EvaluationResult> change) {
    assertThat(problem(change)).isEmpty();
  }

  static Stream<Arguments> withinTheBounds_isSound() {
    return Stream.of(
        sound("score 0", r -> r.setScore(0)),
        sound("score 1", r -> r.setScore(1)),
        sound("version 0", r -> r.setModelVersion(0)),
        sound("count 0", r -> r.setQuestionCount(0)),
        sound("the first of times", r -> r.setEvaluatedAt(java.time.Instant.EPOCH)),
        sound("longest id", r -> r.setImageId("i".repeat(1_000))),
        sound("longest type", r -> r.setQuestionType("t".repeat(150))),
        sound("longest model", r -> r.setModel("m".repeat(200))),
        sound("no lineage", r -> r.setLineage("")),
        sound("longest texts", r -> setTexts(r, TEXT)));
  }

  @ParameterizedTest
  @MethodSource
  void beyondABound_isRefusedByItsField(
      String field, Consumer<EvaluationResult> change, String reason) {
    assertThat(problem(change)).hasValueSatisfying(p -> assertThat(p).startsWith(field + ": "));
    assertThat(problem(change)).hasValueSatisfying(p -> assertThat(p).endsWith(reason));
  }

  static Stream<Arguments> beyondABound_isRefusedByItsField() {
    return Stream.of(
        refused("question_count", r -> r.setQuestionCount(-1), "expected 0 or more, got -1"),
        refused("benchmark", r -> r.setBenchmark("|a"), "which parts keys"),
        refused("benchmark", r -> r.setBenchmark("b".repeat(1_001)), "got 1001 characters"),
        refused("result_id", r -> r.setResultId(" "), "got a blank"),
        refused("image_id", r -> r.setImageId("\0i"), "got one with a NUL in it"),
        refused("question_id", r -> r.setQuestionId("q".repeat(1_001)), "got 1001 characters"),
        refused("lineage", r -> r.setLineage("l".repeat(1_000)), "got 1001 characters"),
        refused("question_type", r -> r.setQuestionType("t".repeat(151)), "got 151 characters"),
        refused("model", r -> r.setModel("m".repeat(201)), "mmm…'"),
        refused(
            "question, choices and answers",
            r -> setTexts(r, TEXT + 1),
            "expected at most %d characters, got %d".formatted(TEXT, TEXT + 1)));
  }

  /** Question, answer, one choice and one direct answer of so many characters together. */
  private static void setTexts(EvaluationResult result, int characters) {
    result.setQuestion("q".repeat(10));
    result.setAnswer("a".repeat(20));
    result.setChoices(List.of("c".repeat(30)));
    result.setDirectAnswers(List.of("d".repeat(characters - 60)));
  }

  private static Optional<String> problem(Consumer<EvaluationResult> change) {
    EvaluationResult result = result(1, "a", "colour", 0);
    change.accept(result);
    return ResultCheck.problem(result.getQuestionId().getBytes(StandardCharsets.UTF_8), result);
  }

  private static Arguments sound(String what, Consumer<EvaluationResult> change) {
    return Arguments.of(what, change);
  }

  private static Arguments refused(String field, Consumer<EvaluationResult> change, String reason) {
    return Arguments.of(field, change, reason);
  }
}
