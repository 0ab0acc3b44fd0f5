package dev.dataengine.compose.simulate;

import dev.dataengine.events.EvaluationResult;
import java.time.Instant;
import java.util.List;

/** Results that no evaluator gave. */
final class Results {
  private Results() {}

  static EvaluationResult of(
      String model, long version, String question, String type, double score, long millis) {
    return EvaluationResult.newBuilder()
        .setResultId(question + "|" + version)
        .setBenchmark(SimBenchmark.NAME)
        .setModel(model)
        .setModelVersion(version)
        .setQuestionId(question)
        .setImageId("image")
        .setQuestion("?")
        .setQuestionType(type)
        .setChoices(List.of())
        .setDirectAnswers(List.of())
        .setScore(score)
        .setEvaluatedAt(Instant.ofEpochMilli(millis))
        .build();
  }
}
