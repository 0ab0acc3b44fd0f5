package dev.dataengine.compose.monitor;

import dev.dataengine.events.ModelState;
import dev.dataengine.events.ModelVersion;
import dev.dataengine.events.QuestionTypeStats;
import dev.dataengine.events.RejectedSample;
import dev.dataengine.events.RejectionReason;
import dev.dataengine.events.TypeWeight;
import dev.dataengine.events.VqaSample;
import dev.dataengine.events.WeightUpdate;
import dev.dataengine.serde.EventClasses;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Events with what the monitor looks at; the rest is filler. */
final class Events {

  static {
    EventClasses.trust();
  }

  private Events() {}

  static QuestionTypeStats stats(long version, String type, long n, double errors, int questions) {
    return stats("scenes", "tiny", version, type, n, errors, questions);
  }

  static QuestionTypeStats stats(
      String benchmark,
      String model,
      long version,
      String type,
      long n,
      double errors,
      int questions) {
    return QuestionTypeStats.newBuilder()
        .setStatsId(benchmark + "|" + model + "|" + version + "|" + type)
        .setBenchmark(benchmark)
        .setModel(model)
        .setModelVersion(version)
        .setQuestionType(type)
        .setQuestionCount(questions)
        .setN(n)
        .setErrors(errors)
        .setErrorRate(errors / n)
        .setIntervalLow(0)
        .setIntervalHigh(1)
        .setUpdatedAt(Instant.ofEpochMilli(version))
        .build();
  }

  static WeightUpdate weights(long sequence, Map<String, Double> probabilities) {
    var types =
        probabilities.entrySet().stream()
            .collect(
                java.util.stream.Collectors.toMap(
                    Map.Entry::getKey,
                    e ->
                        TypeWeight.newBuilder()
                            .setN(1)
                            .setErrors(0)
                            .setErrorRate(0)
                            .setWeight(e.getValue() / 2)
                            .setProbability(e.getValue())
                            .build()));
    return WeightUpdate.newBuilder()
        .setUpdateId("scenes|" + sequence)
        .setBenchmark("scenes")
        .setStrategy("smoothed")
        .setModel("tiny")
        .setModelVersion(0)
        .setSequence(sequence)
        .setExploration(0.05)
        .setTypes(types)
        .setUpdatedAt(Instant.EPOCH)
        .build();
  }

  static VqaSample sample(String type) {
    return VqaSample.newBuilder()
        .setSampleId("s")
        .setImageId("i")
        .setImageSha256("0")
        .setQuestion("?")
        .setChoices(List.of("a", "b", "c", "d"))
        .setCorrectChoice(0)
        .setAnswer("a")
        .setQuestionType(type)
        .setBenchmark("scenes")
        .setWeightSequence(1)
        .setGenerator("rules/1")
        .setCreatedAt(Instant.EPOCH)
        .build();
  }

  static RejectedSample rejected() {
    return RejectedSample.newBuilder()
        .setRejectedId("r")
        .setReason(RejectionReason.DUPLICATE)
        .setDetail("")
        .setQuestionType("shape")
        .setRawText("")
        .setGenerator("rules/1")
        .setRejectedAt(Instant.EPOCH)
        .build();
  }

  static ModelVersion version(long version, Map<String, Long> byType, long millis) {
    return ModelVersion.newBuilder()
        .setVersionId("tiny|" + version)
        .setModel("tiny")
        .setVersion(version)
        .setBase("0")
        .setSamplesByType(byType)
        .setSamplesTrained(byType.values().stream().mapToLong(Long::longValue).sum())
        .setTrainingMillis(millis)
        .setState(ModelState.CANDIDATE)
        .setCreatedAt(Instant.EPOCH)
        .build();
  }
}
