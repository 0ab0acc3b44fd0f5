package dev.dataengine.streams;

import static dev.dataengine.streams.MockTask.clocks;
import static dev.dataengine.streams.MockTask.forwarded;
import static dev.dataengine.streams.MockTask.merge;
import static dev.dataengine.streams.MockTask.tick;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.events.QuestionTypeStats;
import dev.dataengine.events.WeightUpdate;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The task that merges: what it tells when, what it remembers, and when its clock runs. */
class MergeTaskTest {

  private static final long NOW = 1_000_000;

  @TempDir Path state;

  private final MockProcessorContext<Object, Object> context = MockTask.context(NOW);
  private final KeyValueStore<String, Merged> store =
      MockTask.store(context, Merged.STORE, Merged.SERDE);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  @Test
  void beginning_asksForEverythingOnce() {
    MergePartials merge = start("smoothed", 100);
    assertThat(clocks(context)).isEqualTo(1);
    tick(context, NOW);
    tick(context, NOW + 50);
    merge.init(context);
    tick(context, NOW + 100);

    assertThat(forwarded(context, Ask.Everything.class)).hasSize(1);
  }

  /** Their sums come one by one, and each alone is less than what was told before the loss. */
  @Test
  void stateLost_isToldWhenThePartitionsHadTimeToAnswer() {
    MergePartials merge = start("smoothed", 100);
    tick(context, NOW);
    context.setRecordMetadata("partials", 0, 1); // some were sent before
    merge(merge, partial(1, 0, 100, 4));
    tick(context, NOW + 1_000);
    merge(merge, partial(1, 1, 100, 5));
    tick(context, NOW + 1_999);
    assertThat(forwarded(context, QuestionTypeStats.class)).isEmpty();

    tick(context, NOW + 2_000);

    assertThat(forwarded(context, QuestionTypeStats.class))
        .extracting(QuestionTypeStats::getN)
        .containsExactly(9L);
    assertThat(forwarded(context, WeightUpdate.class)).hasSize(1);
  }

  @Test
  void begunForTheFirstTime_isToldAtOnce() {
    MergePartials merge = start("smoothed", 100);
    tick(context, NOW);
    context.setRecordMetadata("partials", 0, 0);
    merge(merge, partial(1, 0, 100, 4));
    tick(context, NOW + 200);

    assertThat(forwarded(context, WeightUpdate.class)).hasSize(1);
  }

  @Test
  void atRest_noClockRuns() {
    MergePartials merge = started(100);
    merge(merge, partial(1, 0, 100, 4));
    tick(context, NOW + 1_000);
    assertThat(forwarded(context, WeightUpdate.class)).hasSize(1);
    assertThat(clocks(context)).isZero();

    merge.init(context);

    assertThat(clocks(context)).as("after a restart").isZero();
  }

  @Test
  void untoldChange_isToldAfterARestart() {
    MergePartials merge = started(100);
    merge(merge, partial(1, 0, 100, 4));

    merge.init(context);
    assertThat(clocks(context)).isEqualTo(1);
    tick(context, NOW + 1_000);

    assertThat(forwarded(context, WeightUpdate.class)).hasSize(1);
  }

  @Test
  void otherStrategyConfigured_isToldAfterTheStart() {
    MergePartials merge = started(100);
    merge(merge, partial(1, 0, 100, 4));
    tick(context, NOW + 1_000);
    context.resetForwards();

    start("error-rate", 100);
    assertThat(clocks(context)).isEqualTo(1);
    tick(context, NOW + 2_000);

    assertThat(forwarded(context, WeightUpdate.class))
        .singleElement()
        .satisfies(update -> assertThat(update.getStrategy()).isEqualTo("error-rate"));
    assertThat(forwarded(context, QuestionTypeStats.class)).as("which are the same").isEmpty();
    assertThat(clocks(context)).isZero();
  }

  /** What an aborted transaction brought is not in the store, so it must not be in the memory. */
  @Test
  void revived_knowsNothingOfTheAbortedTransaction() {
    MergePartials merge = started(100);
    merge(merge, partial(1, 0, 100, 4));
    tick(context, NOW + 1_000);
    var committed = MockTask.entries(store);
    merge(merge, partial(2, 0, 200, 4));

    MockTask.entries(store).forEach(entry -> store.delete(entry.key));
    committed.forEach(entry -> store.put(entry.key, entry.value));
    context.resetForwards();
    merge.init(context);
    merge(merge, partial(1, 0, 100, 5));
    tick(context, NOW + 2_000);

    assertThat(forwarded(context, QuestionTypeStats.class))
        .extracting(QuestionTypeStats::getModelVersion)
        .containsOnly(1L);
  }

  @Test
  void changesWithinTheInterval_areToldWhenItIsOver() {
    MergePartials merge = started(100);
    merge(merge, partial(1, 0, 100, 4));
    tick(context, NOW + 1_000);
    context.resetForwards();
    merge(merge, partial(1, 0, 100, 9));

    tick(context, NOW + 1_199);
    assertThat(forwarded(context, QuestionTypeStats.class)).isEmpty();
    assertThat(clocks(context)).isEqualTo(1);

    tick(context, NOW + 1_200);
    assertThat(forwarded(context, QuestionTypeStats.class)).hasSize(1);
  }

  @Test
  void lastAnswerOfAVersion_isToldAtOnce() {
    MergePartials merge = started(100);
    merge(merge, partial(1, 0, 100, 9));
    tick(context, NOW + 1_000);
    context.resetForwards();

    merge(merge, partial(1, 0, 100, 10)); // of 10 questions
    tick(context, NOW + 1_050);
    assertThat(forwarded(context, WeightUpdate.class))
        .singleElement()
        .satisfies(update -> assertThat(update.getComplete()).isTrue());

    // and what comes after it in its time again
    merge(merge, partial(1, 0, 100, 11));
    tick(context, NOW + 1_100);
    assertThat(forwarded(context, WeightUpdate.class)).hasSize(1);
  }

  @Test
  void updates_areCounted() {
    MergePartials merge = started(100);
    merge(merge, partial(1, 0, 100, 4));

    tick(context, NOW + 1_000);

    assertThat(meters.counter("dataengine.weight.updates").count()).isEqualTo(1);
  }

  @Test
  void partitionThatDoesNotKnowTheLineage_leavesWhatWasKnown() {
    MergePartials merge = started(100);
    merge(merge, partial(1, 0, 100, 4).withLineage("first"));
    merge(merge, partial(1, 0, 100, 5));
    tick(context, NOW + 1_000);

    assertThat(forwarded(context, QuestionTypeStats.class))
        .extracting(QuestionTypeStats::getLineage)
        .containsOnly("first");
  }

  @Test
  void partitionThatSaysLess_isNotBelievedUntilItHasCaughtUp() {
    MergePartials merge = started(100);
    merge(merge, partial(1, 0, 100, 8));
    tick(context, NOW + 1_000);
    context.resetForwards();

    merge(merge, partial(1, 0, 100, 7));
    tick(context, NOW + 2_000);
    assertThat(forwarded(context, QuestionTypeStats.class)).isEmpty();

    merge(merge, partial(1, 0, 100, 9));
    tick(context, NOW + 3_000);
    assertThat(forwarded(context, QuestionTypeStats.class))
        .extracting(QuestionTypeStats::getN)
        .containsExactly(9L);
  }

  @Test
  void oldVersions_areForgottenAndStayForgotten() {
    MergePartials merge = started(2);
    for (long version = 1; version <= 4; version++) {
      merge(merge, partial(version, 0, 100 * version, 4));
      tick(context, NOW + 1_000 * version);
    }
    // the first one's statistics stay; of the second both the sums and the statistics are gone
    assertThat(store.get(Keys.partial(Results.PAIR, 1, 0))).isNotNull();
    assertThat(store.get(Keys.partial(Results.PAIR, 2, 0))).isNull();
    assertThat(store.get(Keys.partial(Results.PAIR, 3, 0))).isNotNull();
    assertThat(context.forwarded(MergePartials.STATS))
        .filteredOn(forward -> forward.record().value() == null)
        .extracting(forward -> (Object) forward.record().key())
        .containsExactly(Stats.id(Results.PAIR, 2, "colour"));
    context.resetForwards();

    merge(merge, partial(2, 0, 200, 9));
    merge(merge, partial(1, 0, 100, 9));
    tick(context, NOW + 9_000);

    assertThat(forwarded(context, QuestionTypeStats.class))
        .extracting(QuestionTypeStats::getModelVersion)
        .containsExactly(1L);
  }

  /** A record of before a model had weights of its own would stay in the topic for good. */
  @Test
  void stateOfBeforeModels_goesOnWithItsSequenceAndItsRecordGoes() {
    store.put(
        Results.BENCHMARK,
        new PairState(
            Map.of(),
            -1,
            0,
            Collections.emptySortedSet(),
            new PairState.Told(41, NOW, "", -1, false, Map.of())));
    MergePartials merge = started(100);
    for (int answered = 4; answered <= 10; answered += 3) {
      merge(merge, partial(1, 0, 100, answered));
      tick(context, NOW + 1_000L * answered);
    }

    assertThat(forwarded(context, WeightUpdate.class).get(0).getSequence()).isEqualTo(42);
    assertThat(context.forwarded(MergePartials.WEIGHTS))
        .filteredOn(forward -> forward.record().value() == null)
        .extracting(forward -> (Object) forward.record().key())
        .containsExactly(Results.BENCHMARK);
  }

  @Test
  void beginningAnew_hasNoOldRecordToTakeBack() {
    MergePartials merge = started(100);
    merge(merge, partial(1, 0, 100, 4));
    tick(context, NOW + 1_000);

    assertThat(context.forwarded(MergePartials.WEIGHTS))
        .allSatisfy(forward -> assertThat(forward.record().value()).isNotNull());
  }

  private MergePartials start(String strategy, int remembered) {
    MergePartials merge =
        new MergePartials(
            Configs.at(state).strategy(strategy).versions(1, remembered).build(),
            WeightsMetrics.of(meters));
    merge.init(context);
    return merge;
  }

  /** One that began long ago. */
  private MergePartials started(int remembered) {
    MergePartials merge = start("smoothed", remembered);
    tick(context, NOW - 10_000);
    context.resetForwards();
    return merge;
  }

  private static Partial partial(long version, int partition, long firstAt, long answered) {
    Sum sum = new Sum(answered, answered * 100_000_000);
    return new Partial(
        Results.PAIR,
        version,
        partition,
        "",
        10,
        firstAt,
        Long.MAX_VALUE,
        firstAt,
        Map.of("colour", new Partial.TypeSum(sum, sum)));
  }
}
