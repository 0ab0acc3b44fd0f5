package dev.dataengine.streams;

import dev.dataengine.events.BadCase;
import dev.dataengine.events.EvaluationResult;
import dev.dataengine.events.ModelVersion;
import dev.dataengine.events.QuestionTypeStats;
import dev.dataengine.events.WeightUpdate;
import dev.dataengine.failure.Health;
import dev.dataengine.failure.Patience;
import dev.dataengine.topics.Topic;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;

/** The topology in Kafka's test driver, with its stores, its clock and its topics. */
final class Driver implements AutoCloseable {

  /** One registry, as bytes outlive a driver. */
  private static final SchemaRegistryClient REGISTRY = new MockSchemaRegistryClient();

  final WeightsSerdes serdes = WeightsSerdes.of(REGISTRY);
  final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final TopologyTestDriver driver;
  private final WeightsConfig config;
  private final SavedStores stores;

  Driver(WeightsConfig config) {
    this(config, Instant.ofEpochSecond(1_000_000));
  }

  /** With version 1,000 of the model of {@link Results} announced. */
  Driver(WeightsConfig config, Instant start) {
    this(config, start, true);
  }

  /** Begun so long ago that the partitions have answered what there was. */
  Driver(WeightsConfig config, Instant start, boolean announced) {
    this(config, start.minusSeconds(10), announced, new SavedStores());
    advance(1_000); // when they are asked
    advance(9_000);
  }

  /** Started on stores that were restored. */
  Driver(WeightsConfig config, Instant start, boolean announced, SavedStores restored) {
    this.config = config;
    this.stores = restored.copy();
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, config.applicationId());
    settings.put(StreamsConfig.STATE_DIR_CONFIG, config.stateDir().toString());
    driver =
        new TopologyTestDriver(
            WeightsTopology.build(
                config, serdes, metrics, new Patience(() -> false, new Health()), stores.storage()),
            settings,
            start);
    if (announced) {
      announce(Results.announcement(Results.MODEL, 1_000, "", 0));
    }
  }

  void announce(ModelVersion version) {
    announce(
        version.getModel(), serdes.versions().serialize(Topic.MODEL_VERSIONS.topicName(), version));
  }

  void announce(String key, byte[] value) {
    pipe(Topic.MODEL_VERSIONS.topicName(), key, value);
  }

  void send(EvaluationResult result) {
    send(result.getQuestionId(), bytes(result));
  }

  byte[] bytes(EvaluationResult result) {
    return serdes.results().serialize(Topic.EVALUATION_RESULTS.topicName(), result);
  }

  void send(String key, byte[] value) {
    pipe(Topic.EVALUATION_RESULTS.topicName(), key, value);
  }

  /** As if an input partition had sent its partial sum. */
  void sendPartial(Partial partial) {
    pipe(
        InternalTopics.partials(config),
        Keys.partial(partial.pair(), partial.version(), partial.partition()),
        Partial.SERDE.serializer().serialize("", partial));
  }

  /** As if the merge had asked. */
  void sendAsk(Ask ask) {
    pipe(InternalTopics.asks(config), "ask", Ask.SERDE.serializer().serialize("", ask));
  }

  private void pipe(String topic, String key, byte[] value) {
    driver
        .createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer())
        .pipeInput(key.getBytes(StandardCharsets.UTF_8), value);
  }

  void advance(long millis) {
    driver.advanceWallClockTime(Duration.ofMillis(millis));
  }

  /** Lets everything that is pending be told. */
  void settle() {
    for (int tick = 0; tick < 8; tick++) {
      advance(config.updateIntervalMs());
    }
  }

  List<WeightUpdate> updates() {
    return read(Topic.QUESTION_TYPE_WEIGHTS, serdes.updates().serde().deserializer());
  }

  List<QuestionTypeStats> stats() {
    return statsRecords().stream().filter(r -> r.value != null).map(r -> r.value).toList();
  }

  /** With tombstones. */
  List<KeyValue<String, QuestionTypeStats>> statsRecords() {
    return driver
        .createOutputTopic(
            Topic.QUESTION_TYPE_STATS.topicName(),
            new StringDeserializer(),
            serdes.stats().serde().deserializer())
        .readKeyValuesToList();
  }

  List<BadCase> badCases() {
    return read(Topic.BAD_CASES, serdes.badCases().serde().deserializer());
  }

  List<Partial> partials() {
    return driver
        .createOutputTopic(
            InternalTopics.partials(config), new StringDeserializer(), Partial.SERDE.deserializer())
        .readValuesToList();
  }

  List<Ask> asks() {
    return driver
        .createOutputTopic(
            InternalTopics.asks(config), new StringDeserializer(), Ask.SERDE.deserializer())
        .readValuesToList();
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

  Map<String, Object> entries(String store) {
    Map<String, Object> entries = new TreeMap<>();
    try (KeyValueIterator<String, Object> all = store(store).all()) {
      all.forEachRemaining(entry -> entries.put(entry.key, entry.value));
    }
    return entries;
  }

  /** The bytes of the stores, as their changelogs would hold them. */
  SavedStores saved() {
    return stores.copy();
  }

  private KeyValueStore<String, Object> store(String name) {
    return driver.getKeyValueStore(name);
  }

  private <T> List<T> read(Topic topic, Deserializer<T> values) {
    return driver
        .createOutputTopic(topic.topicName(), new StringDeserializer(), values)
        .readValuesToList();
  }

  @Override
  public void close() {
    driver.close();
  }
}
