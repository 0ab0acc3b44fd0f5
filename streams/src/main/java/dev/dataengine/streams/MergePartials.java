package dev.dataengine.streams;

import dev.dataengine.events.QuestionTypeStats;
import dev.dataengine.events.WeightUpdate;
import dev.dataengine.streams.weighting.Evidence;
import dev.dataengine.streams.weighting.Tally;
import dev.dataengine.streams.weighting.WeightingStrategy;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Adds up the partial sums of a benchmark's partitions and tells its weights, by the newest version
 * only, at most once an interval.
 *
 * <p>Sums replace, so nothing counts twice. What to tell is compared with what was told last, which
 * is kept with the sequence number: a change that is not told yet is found again after a restart,
 * and so is one whose telling was aborted, after which {@link #init} is called again on this
 * object.
 */
final class MergePartials extends ContextualProcessor<String, Counted.Partial, String, Merged> {

  static final String BENCHMARKS = "benchmarks";

  private final WeightsConfig config;
  private final WeightsMetrics metrics;
  private final WeightingStrategy strategy;

  /** By benchmark: version and type of the sums that changed since they were told. */
  private final Map<String, SortedSet<Changed>> changed = new TreeMap<>();

  /** By benchmark: when something was told last. */
  private final Map<String, Long> toldAt = new HashMap<>();

  private boolean justStarted;

  @SuppressWarnings("NullAway.Init") // set by init, which Kafka Streams calls first
  private KeyValueStore<String, BenchmarkState> benchmarks;

  @SuppressWarnings("NullAway.Init")
  private Partials partials;

  MergePartials(WeightsConfig config, WeightsMetrics metrics) {
    this.config = config;
    this.metrics = metrics;
    this.strategy = config.weighting();
  }

  @Override
  public void init(ProcessorContext<String, Merged> context) {
    super.init(context);
    benchmarks = context.getStateStore(BENCHMARKS);
    partials = new Partials(context.getStateStore(Partials.STORE));
    changed.clear();
    toldAt.clear();
    justStarted = true;
    // Finer than the interval, so that the first change after a quiet time is told at once.
    Duration tick = Duration.ofMillis(Math.max(1, config.updateIntervalMs() / 4));
    context.schedule(tick, PunctuationType.WALL_CLOCK_TIME, this::tick);
  }

  @Override
  public void process(Record<String, Counted.Partial> record) {
    String benchmark = record.key();
    Counted.Partial partial = record.value();
    @Nullable BenchmarkState found = benchmarks.get(benchmark);
    BenchmarkState state = found == null ? BenchmarkState.NEW : found;
    if (!state.versions().contains(partial.version())) {
      if (!state.versions().admits(partial.version(), config.versionsKept())) {
        return;
      }
      begin(benchmark, state, partial.version());
    }
    if (partials.replace(benchmark, partial)) {
      changes(benchmark).add(new Changed(partial.version(), partial.type()));
    }
  }

  /** Takes in a version that was not seen before. */
  private void begin(String benchmark, BenchmarkState state, long version) {
    Versions before = state.versions();
    Versions now = before.with(version, config.versionsKept());
    boolean newest = !before.isEmpty() && version > before.newest();
    benchmarks.put(
        benchmark,
        newest ? state.with(now, strategy.weights(evidence(benchmark, state))) : state.with(now));
    if (!before.isEmpty() && now.oldest() > before.oldest()) {
      SortedSet<Changed> last = changes(benchmark).headSet(new Changed(now.oldest(), ""));
      tellStats(benchmark, last, context().currentSystemTimeMs());
      last.clear();
      partials.forgetOlderThan(benchmark, now.oldest());
    }
  }

  private void tick(long now) {
    if (justStarted) {
      justStarted = false;
      try (KeyValueIterator<String, BenchmarkState> all = benchmarks.all()) {
        all.forEachRemaining(entry -> changeAll(entry.key, entry.value));
      }
    }
    for (Map.Entry<String, SortedSet<Changed>> entry : changed.entrySet()) {
      String benchmark = entry.getKey();
      @Nullable BenchmarkState state = benchmarks.get(benchmark);
      if (state != null && !entry.getValue().isEmpty() && isDue(benchmark, state, now)) {
        toldAt.put(benchmark, now);
        tellStats(benchmark, entry.getValue(), now);
        entry.getValue().clear();
        tellWeights(benchmark, state, now);
      }
    }
  }

  private void changeAll(String benchmark, BenchmarkState state) {
    for (long version : state.versions().kept()) {
      for (String type : partials.totals(benchmark, version).keySet()) {
        changes(benchmark).add(new Changed(version, type));
      }
    }
  }

  private boolean isDue(String benchmark, BenchmarkState state, long now) {
    long last = toldAt.getOrDefault(benchmark, state.updatedAt());
    // A clock that was set back must not silence the benchmark.
    return now - last >= config.updateIntervalMs() || now < last;
  }

  private void tellStats(String benchmark, SortedSet<Changed> which, long now) {
    Map<Long, SortedMap<String, Sum>> totals = new HashMap<>();
    for (Changed one : which) {
      @Nullable Sum sum =
          totals
              .computeIfAbsent(one.version(), version -> partials.totals(benchmark, version))
              .get(one.type());
      if (sum != null) {
        QuestionTypeStats stats = Stats.of(benchmark, one.version(), one.type(), sum, now);
        context().forward(new Record<>(stats.getStatsId(), new Merged.Stats(stats), now));
      }
    }
  }

  private void tellWeights(String benchmark, BenchmarkState state, long now) {
    long version = state.versions().newest();
    Evidence evidence = evidence(benchmark, state);
    if (evidence.types().isEmpty()) {
      return;
    }
    String model = partials.totals(benchmark, version).values().iterator().next().model();
    Weighed weighed = Weighed.by(strategy, config.exploration(), model, version, evidence);
    if (weighed.differsFrom(state, config.minProbabilityChange())) {
      BenchmarkState told = state.told(weighed, now);
      benchmarks.put(benchmark, told);
      metrics.updates().increment();
      WeightUpdate update = weighed.update(benchmark, told.sequence(), config.exploration(), now);
      context().forward(new Record<>(benchmark, new Merged.Weights(update), now));
    }
  }

  /** What is known of the newest version. */
  private Evidence evidence(String benchmark, BenchmarkState state) {
    SortedMap<String, Tally> tallies = new TreeMap<>();
    partials
        .totals(benchmark, state.versions().newest())
        .forEach(
            (type, sum) -> {
              if (sum.n() > 0) {
                tallies.put(type, sum.tally());
              }
            });
    return new Evidence(tallies, state.previous());
  }

  private SortedSet<Changed> changes(String benchmark) {
    return changed.computeIfAbsent(benchmark, b -> new TreeSet<>());
  }

  private record Changed(long version, String type) implements Comparable<Changed> {

    private static final Comparator<Changed> ORDER =
        Comparator.comparingLong(Changed::version).thenComparing(Changed::type);

    @Override
    public int compareTo(Changed other) {
      return ORDER.compare(this, other);
    }
  }
}
