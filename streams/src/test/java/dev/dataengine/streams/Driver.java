package dev.dataengine.streams;

import dev.dataengine.events.BadCase;
import dev.dataengine.events.EvaluationResult;
import dev.dataengine.events.QuestionTypeStats;
import dev.dataengine.events.WeightUpdate;
import dev.dataengine.topics.Topic;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;

/** The topology in Kafka's test driver, with its stores, its clock and its topics. */
final class Driver implements AutoCloseable {

  private static final List<String> STORES =
      List.of(
          CountResults.ANSWERS,
          CountResults.SUMS,
          CountResults.VERSIONS,
          Partials.STORE,
          MergePartials.BENCHMARKS);

  final WeightsSerdes serdes = WeightsSerdes.of(new MockSchemaRegistryClient());
  final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final RocksMemory memory = new RocksMemory();
  private final TopologyTestDriver driver;
  private final WeightsConfig config;

  Driver(WeightsConfig config) {
    this(config, Instant.ofEpochSecond(1_000_000));
  }

  Driver(WeightsConfig config, Instant start) {
    this.config = config;
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, config.applicationId());
    settings.put(StreamsConfig.STATE_DIR_CONFIG, config.stateDir().toString());
    settings.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, RocksMemory.Setter.class);
    settings.put(RocksMemory.SETTING, memory);
    settings.put(
        StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, MalformedResults.class);
    settings.put(MalformedResults.METRICS, WeightsMetrics.of(metrics));
    driver =
        new TopologyTestDriver(WeightsTopology.build(config, serdes, metrics), settings, start);
  }

  void send(EvaluationResult result) {
    String topic = Topic.EVALUATION_RESULTS.topicName();
    send(result.getQuestionId(), serdes.results().serialize(topic, result));
  }

  void send(String key, byte[] value) {
    driver
        .createInputTopic(
            Topic.EVALUATION_RESULTS.topicName(),
            new ByteArraySerializer(),
            new ByteArraySerializer())
        .pipeInput(key.getBytes(StandardCharsets.UTF_8), value);
  }

  /** As if an input partition had sent its partial sum. */
  void sendPartial(String benchmark, Counted.Partial partial) {
    driver
        .createInputTopic(
            partialsTopic(), new StringSerializer(), Counted.Partial.SERDE.serializer())
        .pipeInput(benchmark, partial);
  }

  void advance(long millis) {
    driver.advanceWallClockTime(Duration.ofMillis(millis));
  }

  /** Lets everything that is pending be told. */
  void settle() {
    for (int tick = 0; tick < 5; tick++) {
      advance(config.updateIntervalMs());
    }
  }

  List<WeightUpdate> updates() {
    return read(Topic.QUESTION_TYPE_WEIGHTS, serdes.updates().serde().deserializer());
  }

  List<QuestionTypeStats> stats() {
    return read(Topic.QUESTION_TYPE_STATS, serdes.stats().serde().deserializer());
  }

  List<BadCase> badCases() {
    return read(Topic.BAD_CASES, serdes.badCases().serde().deserializer());
  }

  List<KeyValue<String, Counted.Partial>> partials() {
    return driver
        .createOutputTopic(
            partialsTopic(), new StringDeserializer(), Counted.Partial.SERDE.deserializer())
        .readKeyValuesToList();
  }

  List<TestRecord<byte[], byte[]>> deadLetters() {
    return driver
        .createOutputTopic(
            Topic.EVALUATION_RESULTS.deadLetterName(),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())
        .readRecordsToList();
  }

  double count(String name, String... tags) {
    return metrics.counter(name, tags).count();
  }

  long entries(String store) {
    long entries = 0;
    try (KeyValueIterator<String, Object> all = store(store).all()) {
      while (all.hasNext()) {
        all.next();
        entries++;
      }
    }
    return entries;
  }

  /** Fills the stores as a restore from their changelogs would. */
  void restoreFrom(Driver other) {
    for (String name : STORES) {
      try (KeyValueIterator<String, Object> all = other.store(name).all()) {
        all.forEachRemaining(entry -> store(name).put(entry.key, entry.value));
      }
    }
  }

  private KeyValueStore<String, Object> store(String name) {
    return driver.getKeyValueStore(name);
  }

  private String partialsTopic() {
    return config.applicationId() + "-" + WeightsTopology.PARTIALS + "-repartition";
  }

  private <T> List<T> read(Topic topic, Deserializer<T> values) {
    return driver
        .createOutputTopic(topic.topicName(), new StringDeserializer(), values)
        .readValuesToList();
  }

  @Override
  public void close() {
    driver.close();
    memory.close();
  }
}
