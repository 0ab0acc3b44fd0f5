package dev.dataengine.streams;

import dev.dataengine.failure.Health;
import dev.dataengine.failure.Patience;
import dev.dataengine.topics.Topic;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * From {@code evaluation-results} to {@code question-type-stats}, {@code question-type-weights} and
 * {@code bad-cases}: count per input partition, then merge; the merge may ask back. See
 * docs/streams.md.
 */
public final class WeightsTopology {

  private WeightsTopology() {}

  /**
   * A pure function: nothing is opened or started. Where the registry is away while the announced
   * versions are read, that fails.
   *
   * @param registry takes the counters of what the topology does
   */
  public static Topology build(WeightsConfig config, WeightsSerdes serdes, MeterRegistry registry) {
    return build(config, serdes, registry, new Patience(() -> false, new Health()));
  }

  /**
   * The same.
   *
   * @param patience waits for the registry on the thread that reads the announced versions
   */
  public static Topology build(
      WeightsConfig config, WeightsSerdes serdes, MeterRegistry registry, Patience patience) {
    return build(config, serdes, registry, patience, Storage.ROCKS);
  }

  static Topology build(
      WeightsConfig config,
      WeightsSerdes serdes,
      MeterRegistry registry,
      Patience patience,
      Storage storage) {
    return build(config, serdes, registry, patience, storage, task -> task);
  }

  /**
   * The same, for Kafka's test driver.
   *
   * @param storage where the stores are
   * @param partition that a task of that number counts; the test driver has none but 0
   */
  public static Topology build(
      WeightsConfig config,
      WeightsSerdes serdes,
      MeterRegistry registry,
      Patience patience,
      Storage storage,
      IntUnaryOperator partition) {
    WeightsMetrics metrics = WeightsMetrics.of(registry);
    ByteArrayDeserializer bytes = new ByteArrayDeserializer();
    StringSerializer text = new StringSerializer();
    Deserializer<Input> result = (topic, value) -> new Input.Result(value);
    Deserializer<Input> asked =
        (topic, value) -> new Input.Asked(Ask.SERDE.deserializer().deserialize(topic, value));
    return new Topology()
        .addGlobalStore(
            store(storage.inMemory(), ReadAnnouncements.STORE, Lineages.SERDE)
                .withLoggingDisabled(),
            "announcements",
            bytes,
            bytes,
            Topic.MODEL_VERSIONS.topicName(),
            "announced",
            () -> new ReadAnnouncements(serdes.versions(), patience))
        .addSource(
            AutoOffsetReset.earliest(),
            "results",
            new FromRecord(),
            bytes,
            result,
            Topic.EVALUATION_RESULTS.topicName())
        .addSource(
            AutoOffsetReset.earliest(),
            "asked",
            new FromRecord(),
            bytes,
            asked,
            InternalTopics.asks(config))
        .addProcessor(
            "count",
            () -> new CountResults(config, metrics, serdes.results(), partition),
            "results",
            "asked")
        .addStateStore(store(storage.onDisk(), Answers.STORE, Kept.SERDE), "count")
        .addStateStore(store(storage.inMemory(), Waiting.STORE, Waiting.SERDE), "count")
        .addSink(
            CountResults.LETTERS,
            Topic.EVALUATION_RESULTS.deadLetterName(),
            new ByteArraySerializer(),
            new ByteArraySerializer(),
            "count")
        .addSink(
            CountResults.BAD_CASES,
            Topic.BAD_CASES.topicName(),
            text,
            serdes.badCases().serde().serializer(),
            "count")
        .addSink(
            CountResults.PARTIALS,
            InternalTopics.partials(config),
            text,
            Partial.SERDE.serializer(),
            "count")
        .addSource(
            AutoOffsetReset.earliest(),
            "partial-sums",
            new FromRecord(),
            new StringDeserializer(),
            Partial.SERDE.deserializer(),
            InternalTopics.partials(config))
        .addProcessor("merge", () -> new MergePartials(config, metrics), "partial-sums")
        .addStateStore(store(storage.inMemory(), Merged.STORE, Merged.SERDE), "merge")
        .addSink(
            MergePartials.STATS,
            Topic.QUESTION_TYPE_STATS.topicName(),
            text,
            serdes.stats().serde().serializer(),
            "merge")
        .addSink(
            MergePartials.WEIGHTS,
            Topic.QUESTION_TYPE_WEIGHTS.topicName(),
            text,
            serdes.updates().serde().serializer(),
            "merge")
        .addSink(
            MergePartials.ASKS,
            InternalTopics.asks(config),
            text,
            Ask.SERDE.serializer(),
            new ToAsked(),
            "merge");
  }

  private static <V> StoreBuilder<KeyValueStore<String, V>> store(
      Function<String, KeyValueBytesStoreSupplier> kind, String name, Serde<V> values) {
    return Stores.keyValueStoreBuilder(kind.apply(name), Serdes.String(), values);
  }

  /** To the partition that is asked, or to all. */
  private static final class ToAsked implements StreamPartitioner<String, Ask> {

    @Override
    public Optional<Set<Integer>> partitions(String topic, String key, Ask ask, int numPartitions) {
      return Optional.of(
          ask instanceof Ask.AsOf asOf
              ? Set.of(asOf.partition())
              : IntStream.range(0, numPartitions).boxed().collect(Collectors.toSet()));
    }
  }
}
