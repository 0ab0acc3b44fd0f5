package dev.dataengine.streams;

import dev.dataengine.topics.Topic;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Set;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * From {@code evaluation-results} to {@code question-type-stats}, {@code question-type-weights} and
 * {@code bad-cases}: count per input partition, then merge per benchmark. See docs/streams.md.
 */
public final class WeightsTopology {

  /** Internal topic of the partial sums, without the application's name and the suffix. */
  static final String PARTIALS = "partials";

  /** The merge sees a few hundred small records a second at most, whatever the input's rate. */
  private static final int MERGE_PARTITIONS = 1;

  private WeightsTopology() {}

  /**
   * A pure function: nothing is opened or started.
   *
   * @param registry takes the counters of what the topology does
   */
  public static Topology build(WeightsConfig config, WeightsSerdes serdes, MeterRegistry registry) {
    WeightsMetrics metrics = WeightsMetrics.of(registry);
    StreamsBuilder builder = new StreamsBuilder();
    KStream<byte[], Checked> checked =
        builder.stream(
                Topic.EVALUATION_RESULTS.topicName(),
                Consumed.with(Serdes.ByteArray(), Received.serde(serdes.results()))
                    .withName("results"))
            .process(() -> new CheckResults(metrics), Named.as("check"));
    only(checked, Checked.Refused.class, "refused")
        .map((key, refused) -> KeyValue.pair(refused.key(), refused.value()), Named.as("bytes"))
        .to(
            Topic.EVALUATION_RESULTS.deadLetterName(),
            Produced.with(Serdes.Bytes(), Serdes.Bytes()).withName("dead-letters"));
    KStream<String, Counted> counted = checked.process(count(config, metrics), Named.as("count"));
    only(counted, Counted.Wrong.class, "wrong")
        .mapValues(Counted.Wrong::badCase, Named.as("bad-case"))
        .to(Topic.BAD_CASES.topicName(), produced(serdes.badCases().serde(), "bad-cases"));
    KStream<String, Merged> merged =
        only(counted, Counted.Partial.class, "partial")
            .repartition(
                Repartitioned.with(Serdes.String(), Counted.Partial.SERDE)
                    .withName(PARTIALS)
                    .withNumberOfPartitions(MERGE_PARTITIONS))
            .process(merge(config, metrics), Named.as("merge"));
    only(merged, Merged.Weights.class, "weights")
        .mapValues(Merged.Weights::update, Named.as("update"))
        .to(
            Topic.QUESTION_TYPE_WEIGHTS.topicName(),
            produced(serdes.updates().serde(), "question-type-weights"));
    only(merged, Merged.Stats.class, "stats")
        .mapValues(Merged.Stats::stats, Named.as("statistics"))
        .to(
            Topic.QUESTION_TYPE_STATS.topicName(),
            produced(serdes.stats().serde(), "question-type-stats"));
    return builder.build();
  }

  private static ProcessorSupplier<byte[], Checked, String, Counted> count(
      WeightsConfig config, WeightsMetrics metrics) {
    // Answers grow with the benchmark, so they live on disk. The others are small and change with
    // every result; a cache in front of them writes their changelog once a commit.
    return withStores(
        () -> new CountResults(config, metrics),
        Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(CountResults.ANSWERS), Serdes.String(), Answer.SERDE),
        inMemory(CountResults.SUMS, Sum.SERDE).withCachingEnabled(),
        inMemory(CountResults.VERSIONS, Versions.SERDE));
  }

  private static ProcessorSupplier<String, Counted.Partial, String, Merged> merge(
      WeightsConfig config, WeightsMetrics metrics) {
    return withStores(
        () -> new MergePartials(config, metrics),
        inMemory(Partials.STORE, Sum.SERDE),
        inMemory(MergePartials.BENCHMARKS, BenchmarkState.SERDE));
  }

  private static <V> StoreBuilder<?> inMemory(String name, Serde<V> values) {
    KeyValueBytesStoreSupplier supplier = Stores.inMemoryKeyValueStore(name);
    return Stores.keyValueStoreBuilder(supplier, Serdes.String(), values);
  }

  private static <K, V, L, W> ProcessorSupplier<K, V, L, W> withStores(
      ProcessorSupplier<K, V, L, W> supplier, StoreBuilder<?>... stores) {
    return new ProcessorSupplier<>() {
      @Override
      public Processor<K, V, L, W> get() {
        return supplier.get();
      }

      @Override
      public Set<StoreBuilder<?>> stores() {
        return Set.of(stores);
      }
    };
  }

  private static <K, V, T extends V> KStream<K, T> only(
      KStream<K, V> stream, Class<T> type, String name) {
    return stream
        .filter((key, value) -> type.isInstance(value), Named.as(name + "-only"))
        .mapValues(type::cast, Named.as(name));
  }

  private static <V> Produced<String, V> produced(Serde<V> serde, String name) {
    return Produced.with(Serdes.String(), serde).withName(name);
  }
}
