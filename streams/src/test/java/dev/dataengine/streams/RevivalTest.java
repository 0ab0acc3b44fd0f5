package dev.dataengine.streams;

import static dev.dataengine.streams.Results.BENCHMARK;
import static dev.dataengine.streams.Results.result;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A task whose transaction was aborted: its stores are as they were before, and its processors are
 * initialised once more, the same objects.
 */
class RevivalTest {

  private static final long NOW = 1_000_000;

  @TempDir Path state;

  private final WeightsMetrics metrics = WeightsMetrics.of(new SimpleMeterRegistry());

  @Test
  void count_sumsSentInTheAbortedTransaction_areSentAgain() {
    MockProcessorContext<String, Counted> context = context();
    countStores(context);
    CountResults count = new CountResults(config(), metrics);
    count.init(context);
    count.process(sound(1, "a", 0)); // committed; what follows is not
    tick(context);
    List<Counted> aborted = partials(context);

    revive(count, context);
    tick(context);

    assertThat(aborted).hasSize(1);
    assertThat(partials(context)).isEqualTo(aborted);
  }

  @Test
  void count_versionForgottenInTheAbortedTransaction_isForgottenAgain() {
    MockProcessorContext<String, Counted> context = context();
    KeyValueStore<String, Answer> answers = countStores(context);
    CountResults count = new CountResults(config(), metrics);
    count.init(context);
    for (int version = 1; version <= 3; version++) {
      count.process(sound(version, "a", 0));
    }
    List<KeyValue<String, Answer>> committed = entries(answers);
    tick(context);
    List<KeyValue<String, Answer>> kept = entries(answers);

    answers.putAll(committed);
    revive(count, context);
    tick(context);

    assertThat(committed).hasSize(3);
    assertThat(kept).hasSize(2);
    assertThat(entries(answers)).isEqualTo(kept);
  }

  @Test
  void merge_weightsToldInTheAbortedTransaction_areToldAgainAtOnce() {
    MockProcessorContext<String, Merged> context = context();
    KeyValueStore<String, BenchmarkState> benchmarks =
        store(context, MergePartials.BENCHMARKS, BenchmarkState.SERDE);
    store(context, Partials.STORE, Sum.SERDE);
    MergePartials merge = new MergePartials(config(), metrics);
    merge.init(context);
    merge.process(
        new Record<>(BENCHMARK, new Counted.Partial(0, 1, "colour", new Sum("tiny", 4, 1)), NOW));
    List<KeyValue<String, BenchmarkState>> committed = entries(benchmarks);
    tick(context);
    List<Merged> aborted = told(context);

    benchmarks.putAll(committed);
    revive(merge, context);
    tick(context);

    assertThat(aborted).hasAtLeastOneElementOfType(Merged.Weights.class);
    assertThat(told(context)).isEqualTo(aborted);
  }

  private static <K, V> MockProcessorContext<K, V> context() {
    MockProcessorContext<K, V> context = new MockProcessorContext<>();
    context.setCurrentSystemTimeMs(NOW);
    return context;
  }

  private WeightsConfig config() {
    return Configs.of("smoothed", state);
  }

  private static KeyValueStore<String, Answer> countStores(MockProcessorContext<?, ?> context) {
    store(context, CountResults.SUMS, Sum.SERDE);
    store(context, CountResults.VERSIONS, Versions.SERDE);
    return store(context, CountResults.ANSWERS, Answer.SERDE);
  }

  private static <V> KeyValueStore<String, V> store(
      MockProcessorContext<?, ?> context, String name, Serde<V> values) {
    KeyValueStore<String, V> store =
        Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(name), Serdes.String(), values)
            .withLoggingDisabled()
            .build();
    store.init(context.getStateStoreContext(), store);
    context.addStateStore(store);
    return store;
  }

  private static Record<byte[], Checked> sound(long version, String question, double score) {
    return new Record<>(
        new byte[0], new Checked.Sound(result(version, question, "colour", score)), NOW);
  }

  private static <K, V> void revive(
      Processor<?, ?, K, V> processor, MockProcessorContext<K, V> context) {
    processor.close();
    context.resetForwards();
    context.scheduledPunctuators().forEach(MockProcessorContext.CapturedPunctuator::cancel);
    processor.init(context);
  }

  private static void tick(MockProcessorContext<?, ?> context) {
    context.scheduledPunctuators().stream()
        .filter(punctuator -> !punctuator.cancelled())
        .forEach(punctuator -> punctuator.getPunctuator().punctuate(NOW));
  }

  private static List<Counted> partials(MockProcessorContext<String, Counted> context) {
    return context.forwarded().stream()
        .<Counted>map(forward -> forward.record().value())
        .filter(Counted.Partial.class::isInstance)
        .toList();
  }

  private static List<Merged> told(MockProcessorContext<String, Merged> context) {
    return context.forwarded().stream().<Merged>map(forward -> forward.record().value()).toList();
  }

  private static <V> List<KeyValue<String, V>> entries(KeyValueStore<String, V> store) {
    List<KeyValue<String, V>> entries = new ArrayList<>();
    try (KeyValueIterator<String, V> all = store.all()) {
      all.forEachRemaining(entries::add);
    }
    return entries;
  }
}
