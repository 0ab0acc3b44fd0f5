package dev.dataengine.streams;

import dev.dataengine.events.WeightUpdate;
import dev.dataengine.streams.weighting.Evidence;
import dev.dataengine.streams.weighting.WeightingStrategy;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Adds up the partial sums of a benchmark's partitions and tells its weights, by the newest version
 * only, at most once an interval; but a version's last update at once.
 *
 * <p>Sums replace, so nothing counts twice. A partition never says less of a version than before,
 * since a question that was answered stays answered; where it does its answers were lost, and what
 * it said before stands until it has counted as many again.
 *
 * <p>What to tell is compared with what was told last, which is kept with the sequence number: a
 * change that is not told yet is found again after a restart, and so is one whose telling was
 * aborted, after which {@link #init} is called again on this object.
 */
final class MergePartials extends ContextualProcessor<String, Partial, Object, Object> {

  static final String STATS = "question-type-stats";
  static final String WEIGHTS = "question-type-weights";
  static final String ASKS = "asks";

  /** Intervals that an answer is waited for: a partition that is far behind may owe it for long. */
  private static final int ANSWER_INTERVALS = 10;

  /** Key of an entry that is there once everything was asked for. */
  private static final String BEGUN = "";

  private final WeightsConfig config;
  private final WeightsMetrics metrics;
  private final WeightingStrategy strategy;
  private final Map<String, Standing> standings = new TreeMap<>();
  private final TellStats stats = new TellStats();

  /** By benchmark and model: when something was told last. */
  private final Map<String, Long> toldAt = new HashMap<>();

  /** By benchmark and model: when a partition was asked last. */
  private final Map<String, Long> askedAt = new HashMap<>();

  /** When all partitions were asked for everything, since the state was lost; null where not. */
  private @Nullable Long allAskedAt;

  /** Whether a pair's weights would be others now: another strategy is configured. */
  private boolean retell;

  private boolean lost;
  private final Ticking ticking;

  @SuppressWarnings("NullAway.Init") // set by init, which Kafka Streams calls first
  private KeyValueStore<String, Merged> store;

  MergePartials(WeightsConfig config, WeightsMetrics metrics) {
    this.config = config;
    this.metrics = metrics;
    this.strategy = config.weighting();
    // Finer than the interval, so that the first change after a quiet time is told at once.
    this.ticking = new Ticking(config.updateIntervalMs() / 4);
  }

  @Override
  public void init(ProcessorContext<Object, Object> context) {
    super.init(context);
    store = context.getStateStore(Merged.STORE);
    standings.clear();
    stats.clear();
    toldAt.clear();
    askedAt.clear();
    allAskedAt = null;
    ticking.stop();
    try (KeyValueIterator<String, Merged> all = store.all()) {
      while (all.hasNext()) {
        if (all.next().value instanceof Partial partial) {
          standing(partial.pair()).put(partial);
        }
      }
    }
    retell =
        standings.entrySet().stream()
            .anyMatch(entry -> weighed(entry.getValue(), state(entry.getKey())).isPresent());
    lost = store.get(BEGUN) == null;
    if (lost
        || retell
        || standings.keySet().stream().anyMatch(pair -> !state(pair).untold().isEmpty())) {
      tickSoon();
    }
  }

  private Standing standing(String pair) {
    return standings.computeIfAbsent(pair, name -> new Standing(strategy));
  }

  private PairState state(String pair) {
    if (store.get(pair) instanceof PairState state) {
      return state;
    }
    return store.get(Keys.benchmark(pair)) instanceof PairState old ? old : PairState.NEW;
  }

  @Override
  public void process(Record<String, Partial> record) {
    if (isFirstEver()) {
      allAskedAt = null;
    }
    Partial partial = record.value();
    String pair = partial.pair();
    Standing standing = standing(pair);
    PairState state = state(pair);
    long version = partial.version();
    boolean remembered =
        version > state.forgottenUpTo() || standing.isEmpty() || version <= standing.first();
    if (!remembered) {
      return;
    }
    @Nullable Partial before = standing.get(version, partial.partition());
    if (before != null) {
      if (partial.lineage().isEmpty()) {
        partial = partial.withLineage(before.lineage());
      }
      partial = partial.withTypesOf(before);
      if (partial.equals(before) || partial.answered() < before.answered()) {
        return;
      }
    }
    boolean isNew = !standing.has(version);
    standing.put(partial);
    store.put(Keys.partial(pair, version, partial.partition()), partial);
    SortedSet<Long> untold = new TreeSet<>(state.untold());
    if (untold.add(version)) {
      state = state.withUntold(untold);
      store.put(pair, state);
    }
    if (isNew) {
      forgetOldest(pair, standing, state);
    }
    tickSoon();
  }

  private void forgetOldest(String pair, Standing standing, PairState before) {
    PairState state = before;
    while (standing.weighing(state).size() > config.versionsRemembered()) {
      long oldest = standing.weighing(state).firstKey();
      long next = standing.weighing(state).higherKey(oldest);
      state = state.forgotten(oldest, standing.chain(state).startedFrom(next));
      standing.forgetChain();
    }
    // The first version's statistics stay, for what came of it is measured by them.
    for (long version : standing.forgottenUpTo(state)) {
      state = forget(pair, standing, state, version);
    }
    store.put(pair, state);
  }

  private PairState forget(String pair, Standing standing, PairState state, long version) {
    VersionSums gone = standing.sumsOf(version);
    for (String type : gone.types().keySet()) {
      context()
          .forward(
              new Record<>(Stats.id(pair, version, type), null, context().currentSystemTimeMs()),
              STATS);
    }
    stats.forget(pair, version);
    for (int partition : standing.remove(version)) {
      store.delete(Keys.partial(pair, version, partition));
    }
    SortedSet<Long> untold = new TreeSet<>(state.untold());
    untold.remove(version);
    return state.withUntold(untold).withForgotten(gone.answered());
  }

  private void tickSoon() {
    ticking.start(context(), this::tick);
  }

  private void tick(long now) {
    if (lost) {
      lost = false;
      allAskedAt = now;
      store.put(BEGUN, PairState.NEW);
      context().forward(new Record<>("everything", new Ask.Everything(), now), ASKS);
    }
    boolean waits = false;
    for (Map.Entry<String, Standing> entry : standings.entrySet()) {
      String pair = entry.getKey();
      PairState state = state(pair);
      if (!state.untold().isEmpty()) {
        waits |= !tell(pair, entry.getValue(), state, now);
      } else if (retell) {
        store.put(pair, tellWeights(pair, entry.getValue(), state, now));
      }
    }
    retell = false;
    if (!waits) {
      ticking.stop();
    }
  }

  /** False where it is too early. */
  private boolean tell(String pair, Standing standing, PairState state, long now) {
    for (Ask.AsOf ask : standing.toAsk(pair, state)) {
      askedAt.put(pair, now);
      context()
          .forward(
              new Record<>(Keys.partial(pair, ask.version(), ask.partition()), ask, now), ASKS);
    }
    boolean due = isDue(pair, state, now) || isCompletedSince(standing, state);
    if (!due || awaitsAnswers(pair, standing, now)) {
      return false;
    }
    toldAt.put(pair, now);
    for (long version : state.untold()) {
      stats
          .changed(pair, version, standing.sumsOf(version), now)
          .forEach(one -> context().forward(new Record<>(one.getStatsId(), one, now), STATS));
    }
    PairState told = state.withUntold(new TreeSet<>());
    store.put(pair, tellWeights(pair, standing, told, now));
    return true;
  }

  private boolean isDue(String pair, PairState state, long now) {
    long last = toldAt.getOrDefault(pair, state.told().updatedAt());
    // A clock that was set back must not silence the benchmark.
    return now - last >= config.updateIntervalMs() || now < last;
  }

  /**
   * What is about to be otherwise is not told; but an answer that never comes must not silence it.
   */
  private boolean awaitsAnswers(String pair, Standing standing, long now) {
    return isWithinWait(allAskedAt, now)
        || (standing.awaitsAnswers() && isWithinWait(askedAt.get(pair), now));
  }

  /** Whether no sum was sent before: then nothing was told either, and there is no loss to hide. */
  private boolean isFirstEver() {
    return context().recordMetadata().map(where -> where.offset() == 0).orElse(false);
  }

  private boolean isWithinWait(@Nullable Long since, long now) {
    return since != null
        && now >= since
        && now - since < ANSWER_INTERVALS * config.updateIntervalMs();
  }

  private static boolean isCompletedSince(Standing standing, PairState state) {
    long newest = standing.newest();
    return standing.sumsOf(newest).isComplete()
        && !(state.told().version() == newest && state.told().complete());
  }

  private PairState tellWeights(String pair, Standing standing, PairState state, long now) {
    return weighed(standing, state)
        .map(weighed -> toldOf(pair, standing, state, weighed, now))
        .orElse(state);
  }

  /** The weights, where they are to be told. */
  private Optional<Weighed> weighed(Standing standing, PairState state) {
    Evidence evidence = standing.evidence(state);
    if (evidence.types().isEmpty()) {
      return Optional.empty();
    }
    long newest = standing.newest();
    return Optional.of(
            Weighed.by(
                strategy,
                config.exploration(),
                newest,
                standing.sumsOf(newest).isComplete(),
                evidence))
        .filter(weighed -> weighed.differsFrom(state.told(), config.minProbabilityChange()));
  }

  private PairState toldOf(
      String pair, Standing standing, PairState state, Weighed weighed, long now) {
    PairState told = state.with(weighed.told(state.told().sequence() + 1, now));
    metrics.updates().increment();
    if (state.told().version() < 0) {
      // An update of before a model had weights of its own would stay in the topic for good.
      forgetOldKey(pair, now);
    }
    WeightUpdate update =
        weighed.update(
            pair,
            standing.sumsOf(standing.newest()).lineage(),
            told.told().sequence(),
            state.resultsForgotten(),
            now);
    context()
        .forward(
            new Record<>(update.getBenchmark() + "|" + update.getModel(), update, now), WEIGHTS);
    return told;
  }

  private void forgetOldKey(String pair, long now) {
    String benchmark = Keys.benchmark(pair);
    if (store.get(benchmark) != null) {
      context().forward(new Record<>(benchmark, null, now), WEIGHTS);
    }
  }
}
