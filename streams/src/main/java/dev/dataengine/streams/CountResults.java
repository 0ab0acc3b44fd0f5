package dev.dataengine.streams;

import dev.dataengine.events.BadCase;
import dev.dataengine.events.EvaluationResult;
import dev.dataengine.failure.FailureKind;
import dev.dataengine.failure.Failures;
import dev.dataengine.serde.DeadLetters;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.serde.RecordSize;
import io.micrometer.core.instrument.Counter;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Counts the distinct questions of one input partition. Results are keyed by question, so a
 * question's answers all come here and its sums need no other partition.
 *
 * <p>All that must survive is in the stores, which commit together with the input's offsets. Where
 * Kafka Streams revives a task whose transaction was aborted it calls {@link #init} of this very
 * object again, on stores that are as they were before the transaction; so everything else is made
 * anew there, and all sums are sent once more, which changes nothing where they arrived before.
 *
 * <p>The clock ticks only while something waits for it: a tick makes Kafka Streams commit.
 */
final class CountResults extends ContextualProcessor<byte[], Input, Object, Object> {

  static final String LETTERS = "dead-letters";
  static final String BAD_CASES = "bad-cases";
  static final String PARTIALS = "partials";

  private final WeightsConfig config;
  private final WeightsMetrics metrics;
  private final EventSerde<EvaluationResult> results;
  private final IntUnaryOperator partition;

  @SuppressWarnings("NullAway.Init") // set by init, which Kafka Streams calls first
  private Answers answers;

  @SuppressWarnings("NullAway.Init")
  private Waiting waiting;

  @SuppressWarnings("NullAway.Init")
  private Announced announced;

  private final Ticking ticking;
  private boolean justStarted;

  CountResults(WeightsConfig config, WeightsMetrics metrics, EventSerde<EvaluationResult> results) {
    this(config, metrics, results, task -> task);
  }

  /**
   * @param partition that a task of that number counts
   */
  CountResults(
      WeightsConfig config,
      WeightsMetrics metrics,
      EventSerde<EvaluationResult> results,
      IntUnaryOperator partition) {
    this.config = config;
    this.metrics = metrics;
    this.results = results;
    this.partition = partition;
    this.ticking = new Ticking(config.updateIntervalMs() / 2);
  }

  @Override
  public void init(ProcessorContext<Object, Object> context) {
    super.init(context);
    answers =
        new Answers(
            context.getStateStore(Answers.STORE),
            config.versionsKept(),
            config.versionsRemembered());
    waiting = new Waiting(context.getStateStore(Waiting.STORE));
    announced = new Announced(context.getStateStore(ReadAnnouncements.STORE));
    ticking.stop();
    justStarted = true;
    if (!answers.pairs().isEmpty() || !waiting.isEmpty()) {
      tickSoon();
    }
  }

  @Override
  public void process(Record<byte[], Input> record) {
    begin();
    if (record.value() instanceof Input.Asked asked) {
      answers.ask(asked.ask());
      tickSoon();
    } else if (record.value() instanceof Input.Result result) {
      process(asRead(record, result.bytes()));
    }
  }

  private void process(ConsumerRecord<byte[], byte[]> record) {
    @Nullable EvaluationResult result = read(record);
    if (result == null) {
      return;
    }
    Lineages.Verdict verdict =
        announced.verdict(result.getModel(), result.getModelVersion(), result.getLineage());
    switch (verdict) {
      case SOUND -> {
        // those that waited came before: a newer version must not push their answers out
        if (!waiting.isEmpty() && announced.takeNews()) {
          admitOrRefuse(context().currentSystemTimeMs());
        }
        count(record, result);
      }
      case FOREIGN -> refuseForeign(record, result);
      case UNANNOUNCED -> {
        if (waiting.isFull()) {
          refuse(record, metrics.unannounced(), unannounced(result) + ", and too many wait for it");
        } else {
          waiting.add(
              new Waiting.Entry(
                  context().currentSystemTimeMs(),
                  result.getModel(),
                  result.getModelVersion(),
                  result.getLineage(),
                  record));
          tickSoon();
        }
      }
    }
  }

  /** The result; null where it was refused. */
  private @Nullable EvaluationResult read(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      refuse(record, metrics.senseless(), "no value: expected an event, got a tombstone");
      return null;
    }
    long size = RecordSize.of(record.key(), record.value(), record.headers());
    if (size > ResultCheck.LARGEST) {
      refuse(
          record,
          metrics.senseless(),
          "record: expected at most %d bytes, got %d".formatted(ResultCheck.LARGEST, size));
      return null;
    }
    EvaluationResult result;
    try {
      result = results.event(record);
    } catch (RuntimeException | StackOverflowError e) {
      if (e instanceof RuntimeException failure && Failures.kindOf(failure) != FailureKind.OTHER) {
        throw failure;
      }
      refuse(record, metrics.malformed(), Failures.reason(e));
      return null;
    }
    Optional<String> problem = ResultCheck.problem(record.key(), result);
    if (problem.isPresent()) {
      refuse(record, metrics.senseless(), problem.get());
      return null;
    }
    return result;
  }

  private void count(ConsumerRecord<byte[], byte[]> record, EvaluationResult result) {
    String pair = Keys.pair(result);
    if (!answers.hasRoomFor(pair, result.getModelVersion(), result.getQuestionType())) {
      refuse(
          record,
          metrics.senseless(),
          "question_type: expected at most %d types of a version, got one more: %s"
              .formatted(ResultCheck.MOST_TYPES, result.getQuestionType()));
      return;
    }
    Answers.Change change =
        answers.put(
            pair,
            result.getModelVersion(),
            result.getLineage(),
            result.getQuestionId(),
            result.getQuestionCount(),
            new Moment(
                result.getEvaluatedAt().toEpochMilli(),
                result.getQuestionType(),
                Moment.errorNanos(result.getScore())));
    metrics.of(change.outcome()).increment();
    if (change.outcome() != Answers.Outcome.LATE) {
      tickSoon();
    }
    if (change.report()) {
      metrics.badCases().increment();
      BadCase badCase = BadCases.of(result);
      context().forward(new Record<>(badCase.getQuestionType(), badCase, time(record)), BAD_CASES);
    }
  }

  private void refuseForeign(ConsumerRecord<byte[], byte[]> record, EvaluationResult result) {
    refuse(
        record,
        metrics.foreign(),
        "lineage: expected '%s', which version %d of %s was announced with, got '%s'"
            .formatted(
                announced.lineage(result.getModel(), result.getModelVersion()).orElse(""),
                result.getModelVersion(),
                result.getModel(),
                result.getLineage()));
  }

  private static String unannounced(EvaluationResult result) {
    return "model_version: expected one that was announced, got %d of %s"
        .formatted(result.getModelVersion(), result.getModel());
  }

  private void refuse(ConsumerRecord<byte[], byte[]> record, Counter counter, String reason) {
    counter.increment();
    new DeadLetters(WeightsService.NAME, letter -> forward(letter, now())).send(record, reason);
  }

  /** A record of no or an old time is to be found for as long as any other. */
  private long now() {
    return context().currentSystemTimeMs();
  }

  private void forward(ProducerRecord<byte[], byte[]> letter, long time) {
    context().forward(new Record<>(letter.key(), letter.value(), time, letter.headers()), LETTERS);
  }

  /** A producer may have set none. */
  private long time(ConsumerRecord<byte[], byte[]> record) {
    return record.timestamp() > 0 ? record.timestamp() : now();
  }

  private void tickSoon() {
    ticking.start(context(), this::tick);
  }

  private void tick(long now) {
    begin();
    if (!waiting.isEmpty()) {
      admitOrRefuse(now);
    }
    send(now);
    if (waiting.isEmpty()) {
      ticking.stop();
    }
  }

  private void begin() {
    if (justStarted) {
      justStarted = false;
      answers.begin();
    }
  }

  private void admitOrRefuse(long now) {
    Set<String> models = new HashSet<>();
    waiting.removeIf(
        entry -> {
          if (models.add(entry.model())) {
            announced.fresh(entry.model());
          }
          return isDone(entry, now);
        });
  }

  private boolean isDone(Waiting.Entry entry, long now) {
    Lineages.Verdict verdict =
        announced.verdictAsKnown(entry.model(), entry.version(), entry.lineage());
    // A clock that was set back must not let it wait for longer.
    boolean over = Math.abs(now - entry.since()) >= config.announcementWaitMs();
    if (verdict == Lineages.Verdict.UNANNOUNCED && !over) {
      return false;
    }
    @Nullable EvaluationResult result = read(entry.record());
    if (result != null) {
      switch (verdict) {
        case SOUND -> count(entry.record(), result);
        case FOREIGN -> refuseForeign(entry.record(), result);
        case UNANNOUNCED ->
            refuse(
                entry.record(),
                metrics.unannounced(),
                unannounced(result)
                    + ", which nobody announced within "
                    + config.announcementWaitMs()
                    + " ms");
      }
    }
    return true;
  }

  /** Sends the sums that changed, older versions first. */
  private void send(long now) {
    answers.deriveStale();
    int counted = partition.applyAsInt(context().taskId().partition());
    answers
        .pairs()
        .forEach(
            (pair, tally) -> {
              for (long version : tally.unsent()) {
                @Nullable VersionTally sums = tally.get(version);
                if (sums != null && sums.typeCount() > 0) {
                  announced.lineage(Keys.model(pair), version).ifPresent(sums::lineage);
                  Partial partial = sums.partial(pair, version, counted);
                  context()
                      .forward(
                          new Record<>(Keys.partial(pair, version, counted), partial, now),
                          PARTIALS);
                }
              }
              tally.unsent().clear();
            });
  }

  private ConsumerRecord<byte[], byte[]> asRead(
      Record<byte[], Input> record, byte @Nullable [] value) {
    RecordMetadata where = context().recordMetadata().orElseThrow();
    return new ConsumerRecord<>(
        where.topic(),
        where.partition(),
        where.offset(),
        record.timestamp(),
        TimestampType.CREATE_TIME,
        ConsumerRecord.NULL_SIZE,
        ConsumerRecord.NULL_SIZE,
        record.key(),
        value,
        new RecordHeaders(record.headers()),
        Optional.empty());
  }
}
