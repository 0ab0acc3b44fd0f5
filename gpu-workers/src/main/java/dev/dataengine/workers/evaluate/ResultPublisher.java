package dev.dataengine.workers.evaluate;

import dev.dataengine.benchmark.Benchmark;
import dev.dataengine.benchmark.BenchmarkQuestion;
import dev.dataengine.events.EvaluationResult;
import dev.dataengine.events.ModelVersion;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.topics.Topic;
import io.micrometer.core.instrument.Counter;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Publishes a result for every question that a version of the model answers. */
final class ResultPublisher implements BenchmarkEvaluator.Listener {

  private final ModelVersion version;
  private final Benchmark benchmark;
  private final EventSerde<EvaluationResult> serde;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Counter answered;
  private final Clock clock = Clock.systemUTC();
  private final AtomicReference<@Nullable Exception> failed = new AtomicReference<>();
  private int right;
  private int all;

  ResultPublisher(
      ModelVersion version,
      Benchmark benchmark,
      EventSerde<EvaluationResult> serde,
      KafkaProducer<byte[], byte[]> producer,
      Counter answered) {
    this.version = version;
    this.benchmark = benchmark;
    this.serde = serde;
    this.producer = producer;
    this.answered = answered;
  }

  /** The version is evaluated again after a restart, so a failure loses nothing. */
  void requireWritten() throws IOException {
    Exception failure = failed.get();
    if (failure != null) {
      throw new IOException("evaluation results could not be written: " + failure, failure);
    }
  }

  double accuracy() {
    return all == 0 ? 0 : (double) right / all;
  }

  @Override
  public void answered(BenchmarkQuestion question, int taken, long latencyMicros) {
    boolean correct = taken == question.correctChoice();
    right += correct ? 1 : 0;
    all++;
    EvaluationResult result =
        EvaluationResult.newBuilder()
            .setResultId(UUID.randomUUID().toString())
            .setBenchmark(benchmark.name())
            .setModel(version.getModel())
            .setModelVersion(version.getVersion())
            .setQuestionId(question.questionId())
            .setImageId(question.imageId())
            .setQuestion(question.question())
            .setQuestionType(question.questionType())
            .setChoices(question.choices())
            .setCorrectChoice(question.correctChoice())
            .setDirectAnswers(List.of())
            .setPredictedChoice(taken)
            .setAnswer(question.choices().get(taken))
            .setScore(correct ? 1 : 0)
            .setQuestionCount(benchmark.questions().size())
            .setLatencyMicros(latencyMicros)
            .setEvaluatedAt(Instant.ofEpochMilli(clock.millis()))
            .build();
    ProducerRecord<byte[], byte[]> record =
        serde.record(Topic.EVALUATION_RESULTS, question.questionId(), result);
    var unused =
        producer.send(
            record,
            (metadata, failure) -> {
              if (failure != null) {
                failed.compareAndSet(null, failure);
              }
            });
    answered.increment();
  }
}
