package dev.dataengine.streams;

import dev.dataengine.events.EvaluationResult;
import dev.dataengine.events.ModelState;
import dev.dataengine.events.ModelVersion;
import java.time.Instant;
import java.util.List;

/** Results as an evaluator would send them, and announcements as a trainer would. */
final class Results {

  static final String BENCHMARK = "scenes";
  static final String MODEL = "tiny";
  static final String PAIR = Keys.pair(BENCHMARK, MODEL);

  private Results() {}

  static EvaluationResult result(long version, String question, String type, double score) {
    return result(version, question, type, score, 1_000 * version);
  }

  static EvaluationResult result(
      long version, String question, String type, double score, long evaluatedAt) {
    return EvaluationResult.newBuilder()
        .setResultId(version + "/" + question + "/" + evaluatedAt)
        .setBenchmark(BENCHMARK)
        .setModel(MODEL)
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

  static ModelVersion announcement(String model, long version, String lineage, long since) {
    return ModelVersion.newBuilder()
        .setVersionId(model + "|" + version)
        .setModel(model)
        .setVersion(version)
        .setLineage(lineage)
        .setLineageSince(since)
        .setBase("0")
        .setState(ModelState.CANDIDATE)
        .setCreatedAt(Instant.EPOCH)
        .build();
  }
}
