package dev.dataengine.workers.evaluate;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.dataengine.benchmark.Benchmark;
import dev.dataengine.benchmark.BenchmarkException;
import dev.dataengine.benchmark.BenchmarkQuestion;
import dev.dataengine.events.EvaluationResult;
import dev.dataengine.events.ModelVersion;
import dev.dataengine.failure.Patience;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.topics.Topic;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.errors.RecordTooLargeException;

/** Publishes a result for every question that a version of the model answers. */
final class ResultPublisher {

  private final Benchmark benchmark;
  private final EventSerde<EvaluationResult> serde;
  private final Outbox outbox;
  private final Patience patience;
  private final Clock clock;

  ResultPublisher(
      Benchmark benchmark,
      EventSerde<EvaluationResult> serde,
      Outbox outbox,
      Patience patience,
      Clock clock) {
    this.benchmark = benchmark;
    this.serde = serde;
    this.outbox = outbox;
    this.patience = patience;
    this.clock = clock;
  }

  /** Sends the results of a batch, waiting while the registry or the broker is away. */
  void publish(ModelVersion version, List<Answer> answers) throws Exception {
    for (Answer answer : answers) {
      EvaluationResult result = result(version, answer);
      var record =
          patience.waitOut(
              "the registry",
              () -> serde.record(Topic.EVALUATION_RESULTS, answer.question().questionId(), result));
      outbox.send(record);
    }
    if (outbox.hasFailed()) {
      settle();
    }
  }

  /** Waits until the broker has all results. */
  void settle() throws Exception {
    try {
      outbox.settle();
    } catch (RecordTooLargeException e) {
      throw new BenchmarkException(
          "benchmark %s: a question's result is larger than the broker takes; shorten its question and choices: %s"
              .formatted(benchmark.dir(), e.getMessage()),
          e);
    }
  }

  private EvaluationResult result(ModelVersion version, Answer answer) {
    BenchmarkQuestion question = answer.question();
    return EvaluationResult.newBuilder()
        .setResultId(id(version, question))
        .setBenchmark(benchmark.name())
        .setModel(version.getModel())
        .setModelVersion(version.getVersion())
        .setLineage(version.getLineage())
        .setQuestionId(question.questionId())
        .setImageId(question.imageId())
        .setQuestion(question.question())
        .setQuestionType(question.questionType())
        .setChoices(question.choices())
        .setCorrectChoice(question.correctChoice())
        .setDirectAnswers(List.of())
        .setPredictedChoice(answer.taken())
        .setAnswer(question.choices().get(answer.taken()))
        .setScore(answer.taken() == question.correctChoice() ? 1 : 0)
        .setQuestionCount(benchmark.questions().size())
        .setLatencyMicros(answer.latencyMicros())
        .setEvaluatedAt(Instant.ofEpochMilli(clock.millis()))
        .build();
  }

  /** The same for the same question to the same version, which gives the same answer again. */
  private String id(ModelVersion version, BenchmarkQuestion question) {
    String of =
        String.join(
            "|",
            benchmark.name(),
            version.getModel(),
            version.getLineage(),
            Long.toString(version.getVersion()),
            question.questionId());
    return UUID.nameUUIDFromBytes(of.getBytes(UTF_8)).toString();
  }
}
