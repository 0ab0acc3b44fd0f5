package dev.dataengine.streams;

import static dev.dataengine.streams.MockTask.clocks;
import static dev.dataengine.streams.MockTask.context;
import static dev.dataengine.streams.MockTask.entries;
import static dev.dataengine.streams.MockTask.forwarded;
import static dev.dataengine.streams.MockTask.store;
import static dev.dataengine.streams.MockTask.tick;
import static dev.dataengine.streams.Results.result;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.events.WeightUpdate;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
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
  private final WeightsSerdes serdes = WeightsSerdes.of(new MockSchemaRegistryClient());

  @Test
  void count_sumsSentInTheAbortedTransaction_areSentAgain() {
    MockProcessorContext<Object, Object> context = context(NOW);
    countStores(context);
    CountResults count = new CountResults(config(), metrics, serdes.results());
    count.init(context);
    count.process(sound(1, "a", 0)); // committed; what follows is not
    tick(context, NOW);
    List<Partial> aborted = forwarded(context, Partial.class);

    revive(count, context);
    tick(context, NOW);

    assertThat(aborted).hasSize(1);
    assertThat(forwarded(context, Partial.class)).isEqualTo(aborted);
  }

  @Test
  void count_answersOfTheAbortedTransaction_areNotInTheSums() {
    MockProcessorContext<Object, Object> context = context(NOW);
    KeyValueStore<String, Kept> answers = countStores(context);
    CountResults count = new CountResults(config(), metrics, serdes.results());
    count.init(context);
    count.process(sound(1, "a", 0));
    tick(context, NOW);
    List<Partial> committed = forwarded(context, Partial.class);
    List<KeyValue<String, Kept>> before = entries(answers);
    count.process(sound(1, "b", 0));
    count.process(sound(2, "a", 0));
    count.process(sound(3, "a", 0));

    entries(answers).forEach(entry -> answers.delete(entry.key));
    answers.putAll(before);
    revive(count, context);
    tick(context, NOW);

    assertThat(forwarded(context, Partial.class)).isEqualTo(committed);
  }

  @Test
  void merge_weightsToldInTheAbortedTransaction_areToldAgainAtOnce() {
    MockProcessorContext<Object, Object> context = context(NOW);
    KeyValueStore<String, Merged> merged = store(context, Merged.STORE, Merged.SERDE);
    MergePartials merge = new MergePartials(config(), metrics);
    merge.init(context);
    tick(context, NOW - 10_000);
    merge.process(new Record<>("key", partial(), NOW));
    List<KeyValue<String, Merged>> committed = entries(merged);
    tick(context, NOW);
    List<Object> aborted = forwarded(context, Object.class);

    merged.putAll(committed);
    revive(merge, context);
    tick(context, NOW);

    assertThat(aborted).hasAtLeastOneElementOfType(WeightUpdate.class);
    assertThat(forwarded(context, Object.class))
        .isEqualTo(aborted.stream().filter(told -> !(told instanceof Ask)).toList());
  }

  @Test
  void count_withItsClockTicking_hasOneClockAfterwards() {
    MockProcessorContext<Object, Object> context = context(NOW);
    countStores(context);
    CountResults count = new CountResults(config(), metrics, serdes.results());
    count.init(context);
    count.process(sound(1, "a", 0));

    revive(count, context);

    assertThat(clocks(context)).isEqualTo(1);
  }

  @Test
  void merge_withItsClockTicking_hasOneClockAfterwards() {
    MockProcessorContext<Object, Object> context = context(NOW);
    store(context, Merged.STORE, Merged.SERDE);
    MergePartials merge = new MergePartials(config(), metrics);
    merge.init(context);
    merge.process(new Record<>("key", partial(), NOW));

    revive(merge, context);

    assertThat(clocks(context)).isEqualTo(1);
  }

  private static Partial partial() {
    Sum sum = new Sum(4, 1);
    return new Partial(
        Results.PAIR,
        1,
        0,
        "",
        0,
        NOW,
        Long.MAX_VALUE,
        NOW,
        Map.of("colour", new Partial.TypeSum(sum, sum)));
  }

  private WeightsConfig config() {
    return Configs.of("smoothed", state);
  }

  private static KeyValueStore<String, Kept> countStores(MockProcessorContext<?, ?> context) {
    store(context, Waiting.STORE, Waiting.SERDE);
    KeyValueStore<String, Lineages> announced =
        store(context, ReadAnnouncements.STORE, Lineages.SERDE);
    announced.put(Results.MODEL, Lineages.NONE.with(Results.announcement(Results.MODEL, 9, "", 0)));
    return store(context, Answers.STORE, Kept.SERDE);
  }

  private Record<byte[], Input> sound(long version, String question, double score) {
    byte[] value =
        serdes
            .results()
            .serialize("evaluation-results", result(version, question, "colour", score));
    return new Record<>(question.getBytes(StandardCharsets.UTF_8), new Input.Result(value), NOW);
  }

  private static <K, V> void revive(
      Processor<?, ?, K, V> processor, MockProcessorContext<K, V> context) {
    List<MockProcessorContext.CapturedPunctuator> before =
        List.copyOf(context.scheduledPunctuators());
    processor.close();
    context.resetForwards();
    processor.init(context);
    // the clock of before is still Kafka Streams', and only its handle can stop it
    assertThat(before).allMatch(MockProcessorContext.CapturedPunctuator::cancelled);
  }
}
