package dev.dataengine.streams;

import dev.dataengine.events.BadCase;
import dev.dataengine.events.EvaluationResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Counts the distinct questions of one input partition. Results are keyed by question, so a
 * question's answers all come here and its sums need no other partition.
 *
 * <p>Of several answers of a version to a question the one evaluated last counts; of those
 * evaluated at the same time, the one that came last. So the sums do not depend on the order in
 * which answers come, nor on how often.
 *
 * <p>All that must survive is in the stores, which commit together with the input's offsets. The
 * set of sums to be sent is not: after a restart all sums are sent once more, which changes nothing
 * where they arrived before. The same holds where Kafka Streams revives a task whose transaction
 * was aborted: it calls {@link #init} of this very object again, on stores that are as they were
 * before the transaction.
 */
final class CountResults extends ContextualProcessor<byte[], Checked, String, Counted> {

  static final String ANSWERS = "answers";
  static final String SUMS = "sums";
  static final String VERSIONS = "versions";

  /** Answers of old versions forgotten per tick: bounds the pause that it makes. */
  private static final int FORGET_AT_ONCE = 5_000;

  private final WeightsConfig config;
  private final WeightsMetrics metrics;
  private final SortedSet<String> unsent = new TreeSet<>();
  private boolean justStarted;
  private boolean forgetting;

  @SuppressWarnings("NullAway.Init") // set by init, which Kafka Streams calls first
  private KeyValueStore<String, Answer> answers;

  @SuppressWarnings("NullAway.Init")
  private KeyValueStore<String, Sum> sums;

  @SuppressWarnings("NullAway.Init")
  private KeyValueStore<String, Versions> versions;

  CountResults(WeightsConfig config, WeightsMetrics metrics) {
    this.config = config;
    this.metrics = metrics;
  }

  @Override
  public void init(ProcessorContext<String, Counted> context) {
    super.init(context);
    answers = context.getStateStore(ANSWERS);
    sums = context.getStateStore(SUMS);
    versions = context.getStateStore(VERSIONS);
    unsent.clear();
    justStarted = true;
    forgetting = true;
    Duration tick = Duration.ofMillis(Math.max(1, config.updateIntervalMs() / 2));
    context.schedule(tick, PunctuationType.WALL_CLOCK_TIME, now -> tick());
  }

  @Override
  public void process(Record<byte[], Checked> record) {
    if (!(record.value() instanceof Checked.Sound sound)) {
      return;
    }
    EvaluationResult result = sound.result();
    if (!admit(result.getBenchmark(), result.getModelVersion())) {
      metrics.late().increment();
      return;
    }
    String key = Keys.of(result.getBenchmark(), result.getModelVersion(), result.getQuestionId());
    @Nullable Answer before = answers.get(key);
    boolean wrong = result.getScore() < 1;
    boolean report = wrong && (before == null || !before.reported());
    Answer after =
        new Answer(
            result.getQuestionType(),
            Answer.errorNanos(result.getScore()),
            result.getEvaluatedAt().toEpochMilli(),
            wrong || (before != null && before.reported()));
    if (before != null && (after.equals(before) || after.evaluatedAt() < before.evaluatedAt())) {
      metrics.duplicate().increment();
      return;
    }
    answers.put(key, after);
    if (before != null) {
      subtract(result, before);
    }
    add(result, after);
    (before == null ? metrics.counted() : metrics.replaced()).increment();
    if (report) {
      metrics.badCases().increment();
      BadCase badCase = BadCases.of(result);
      context()
          .forward(
              new Record<>(
                  badCase.getQuestionType(), new Counted.Wrong(badCase), record.timestamp()));
    }
  }

  /** Makes room for the version; false where it is older than all that are kept. */
  private boolean admit(String benchmark, long version) {
    @Nullable Versions found = versions.get(benchmark);
    Versions before = found == null ? Versions.NONE : found;
    if (before.contains(version)) {
      return true;
    }
    if (!before.admits(version, config.versionsKept())) {
      return false;
    }
    // What the version before has reached must arrive before the new one does: it starts from it.
    send(context().currentSystemTimeMs());
    versions.put(benchmark, before.with(version, config.versionsKept()));
    forgetting = true;
    return true;
  }

  private void subtract(EvaluationResult result, Answer before) {
    String key = Keys.of(result.getBenchmark(), result.getModelVersion(), before.type());
    @Nullable Sum sum = sums.get(key);
    if (sum == null) {
      throw new IllegalStateException("an answer is remembered that no sum counts: " + key);
    }
    sums.put(key, sum.minus(1, before.errorNanos()));
    unsent.add(key);
  }

  private void add(EvaluationResult result, Answer after) {
    String key = Keys.of(result.getBenchmark(), result.getModelVersion(), after.type());
    @Nullable Sum sum = sums.get(key);
    sums.put(
        key,
        (sum == null ? Sum.NONE : sum).plus(new Sum(result.getModel(), 1, after.errorNanos())));
    unsent.add(key);
  }

  private void tick() {
    send(context().currentSystemTimeMs());
    if (forgetting) {
      forgetting = forget();
    }
  }

  /** Sends the sums that changed, older versions first. */
  private void send(long now) {
    if (justStarted) {
      try (KeyValueIterator<String, Sum> all = sums.all()) {
        all.forEachRemaining(entry -> unsent.add(entry.key));
      }
      justStarted = false;
    }
    int partition = context().taskId().partition();
    for (String key : unsent) {
      @Nullable Sum sum = sums.get(key);
      if (sum != null) {
        Counted partial = new Counted.Partial(partition, Keys.version(key), Keys.rest(key), sum);
        context().forward(new Record<>(Keys.benchmark(key), partial, now));
      }
    }
    unsent.clear();
  }

  /** Deletes what is known of versions that are no longer kept; true where more is left. */
  private boolean forget() {
    boolean more = false;
    try (KeyValueIterator<String, Versions> benchmarks = versions.all()) {
      while (benchmarks.hasNext()) {
        KeyValue<String, Versions> entry = benchmarks.next();
        more |= forget(sums, entry.key, entry.value.oldest());
        more |= forget(answers, entry.key, entry.value.oldest());
      }
    }
    return more;
  }

  private static boolean forget(KeyValueStore<String, ?> store, String benchmark, long oldest) {
    List<String> old = new ArrayList<>();
    try (KeyValueIterator<String, ?> range =
        store.range(Keys.prefix(benchmark), Keys.prefix(benchmark, oldest))) {
      while (range.hasNext() && old.size() < FORGET_AT_ONCE) {
        old.add(range.next().key);
      }
    }
    old.forEach(store::delete);
    return old.size() == FORGET_AT_ONCE;
  }
}
