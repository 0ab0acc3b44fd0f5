package dev.dataengine.streams;

import dev.dataengine.events.EvaluationResult;
import java.time.Instant;
import java.util.List;

/** Results as an evaluator would send them. */
final class Results {

  static final String BENCHMARK = "scenes";

  private Results() {}

  static EvaluationResult result(long version, String question, String type, double score) {
    return result(version, question, type, score, 1_000);
  }

  static EvaluationResult result(
      long version, String question, String type, double score, long evaluatedAt) {
    return EvaluationResult.newBuilder()
        .setResultId(version + "/" + question + "/" + evaluatedAt)
        .setBenchmark(BENCHMARK)
        .setModel("tiny")
        .setModelVersion(version)
        .setQuestionId(question)
        .setImageId("image-of-" + question)
        .setQuestion("What is it?")
        .setQuestionType(type)
        .setChoices(List.of("a", "b", "c", "d"))
        .setCorrectChoice(0)
        .setPredictedChoice(score < 1 ? 1 : 0)
        .setScore(score)
        .setEvaluatedAt(Instant.ofEpochMilli(evaluatedAt))
        .build();
  }
}
