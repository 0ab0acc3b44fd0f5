package dev.dataengine.compose.streams;

import dev.dataengine.compose.broker.BrokerConfig;
import dev.dataengine.compose.broker.EmbeddedBroker;
import dev.dataengine.compose.data.Ports;
import dev.dataengine.compose.registry.EmbeddedRegistry;
import dev.dataengine.compose.registry.RegistryConfig;
import dev.dataengine.config.ConnectionConfig;
import dev.dataengine.events.EvaluationResult;
import dev.dataengine.events.ModelVersion;
import dev.dataengine.events.QuestionTypeStats;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.streams.WeightsConfig;
import dev.dataengine.topics.SchemaRegistration;
import dev.dataengine.topics.Topic;
import dev.dataengine.topics.TopicAdmin;
import dev.dataengine.topics.TopicLayout;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** A broker and a registry in this process, with the loop's topics, and clients of them. */
final class Cluster implements AutoCloseable {

  private final Path directory;
  private final EmbeddedRegistry registry;
  private final SchemaRegistryClient client;
  private EmbeddedBroker broker;
  private final Producer<byte[], byte[]> producer;
  final EventSerde<EvaluationResult> results;

  Cluster(Path directory) throws Exception {
    this.directory = directory;
    broker = startBroker();
    registry = new EmbeddedRegistry(RegistryConfig.defaults(), directory.resolve("r"), ports());
    registry.start();
    client = EventSerde.registry(registry.url());
    results = EventSerde.of(EvaluationResult.class, client);
    try (Admin admin = admin()) {
      new TopicAdmin(admin, TopicLayout.defaults(), Duration.ofSeconds(30)).create();
    }
    SchemaRegistration.registerAll(client);
    producer = new KafkaProducer<>(connection().patientProducer("test"));
  }

  private EmbeddedBroker startBroker() {
    EmbeddedBroker started =
        new EmbeddedBroker(BrokerConfig.defaults(), directory.resolve("b"), ports());
    started.start();
    return started;
  }

  /** As a process of its own reads them: whoever writes the file writes all that is in it. */
  private Ports ports() {
    return new Ports(directory.resolve("ports.properties"));
  }

  void stopTheBroker() {
    broker.close();
  }

  void startTheBroker() {
    broker = startBroker();
  }

  String registryUrl() {
    return registry.url();
  }

  ConnectionConfig connection() {
    return connection(registry.url());
  }

  ConnectionConfig connection(String registryUrl) {
    return new ConnectionConfig(broker.bootstrapServers(), registryUrl);
  }

  Admin admin() {
    return Admin.create(
        new ConnectionConfig(broker.bootstrapServers(), "http://127.0.0.1:1").client("test"));
  }

  /** As {@link #weights(Path, int, int, long)}, with a short wait for announcements. */
  WeightsConfig weights(String state, int threads, int standbys) {
    return weights(directory.resolve(state), threads, standbys, 2_000);
  }

  /** The defaults but for the state's directory, threads, standbys and the wait. */
  static WeightsConfig weights(Path state, int threads, int standbys, long announcementWaitMs) {
    WeightsConfig defaults = WeightsConfig.defaults();
    return new WeightsConfig(
        defaults.strategy(),
        defaults.kappa(),
        defaults.exploration(),
        defaults.minProbabilityChange(),
        defaults.updateIntervalMs(),
        defaults.versionsKept(),
        defaults.versionsRemembered(),
        announcementWaitMs,
        defaults.applicationId(),
        state,
        defaults.commitIntervalMs(),
        threads,
        standbys);
  }

  void send(List<EvaluationResult> all) {
    for (EvaluationResult result : all) {
      send(results.record(Topic.EVALUATION_RESULTS, result.getQuestionId(), result));
    }
    producer.flush();
  }

  /**
   * Results as a producer of a later release writes them, whose schema has a field more and which
   * no reader has asked for yet.
   */
  void sendAsOfALaterRelease(List<EvaluationResult> all) throws Exception {
    Schema known = EvaluationResult.getClassSchema();
    List<Schema.Field> fields = new ArrayList<>();
    known.getFields().forEach(field -> fields.add(new Schema.Field(field, field.schema())));
    fields.add(new Schema.Field("later", Schema.create(Schema.Type.STRING), null, ""));
    Schema later =
        Schema.createRecord(known.getName(), known.getDoc(), known.getNamespace(), false, fields);
    int id =
        client.register(Topic.EVALUATION_RESULTS.topicName() + "-value", new AvroSchema(later));
    for (EvaluationResult result : all) {
      ProducerRecord<byte[], byte[]> record =
          results.record(Topic.EVALUATION_RESULTS, result.getQuestionId(), result);
      byte[] value = Arrays.copyOf(record.value(), record.value().length + 1); // and an empty text
      ByteBuffer.wrap(value).putInt(1, id);
      send(new ProducerRecord<>(record.topic(), record.key(), value));
    }
    producer.flush();
  }

  void announce(ModelVersion version) {
    send(
        EventSerde.of(ModelVersion.class, client)
            .record(Topic.MODEL_VERSIONS, version.getModel(), version));
    producer.flush();
  }

  void send(ProducerRecord<byte[], byte[]> record) {
    var unused = producer.send(record);
  }

  void flush() {
    producer.flush();
  }

  <T extends SpecificRecord> T event(Class<T> type, ConsumerRecord<byte[], byte[]> record) {
    return EventSerde.of(type, client).event(record);
  }

  /** All committed events of a topic, in the order of each partition. */
  <T extends SpecificRecord> List<T> read(Topic topic, Class<T> type) {
    EventSerde<T> serde = EventSerde.of(type, client);
    return records(topic.topicName()).stream()
        .filter(record -> record.value() != null)
        .map(serde::event)
        .toList();
  }

  /** What the topic of the statistics holds after compaction. */
  Map<String, QuestionTypeStats> stats() {
    EventSerde<QuestionTypeStats> serde = EventSerde.of(QuestionTypeStats.class, client);
    Map<String, QuestionTypeStats> stats = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : records(Topic.QUESTION_TYPE_STATS.topicName())) {
      if (record.value() == null) {
        stats.remove(EventSerde.key(record));
      } else {
        stats.put(EventSerde.key(record), serde.event(record));
      }
    }
    return stats;
  }

  int partitions(Topic topic) throws Exception {
    try (Admin admin = admin()) {
      return admin
          .describeTopics(List.of(topic.topicName()))
          .allTopicNames()
          .get()
          .values()
          .stream()
          .mapToInt(found -> found.partitions().size())
          .sum();
    }
  }

  /** Where a topic's committed records end, summed over its partitions. */
  long end(String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(connection().consumer("test"))) {
      return consumer
          .endOffsets(
              consumer.partitionsFor(topic).stream()
                  .map(p -> new TopicPartition(p.topic(), p.partition()))
                  .toList())
          .values()
          .stream()
          .mapToLong(Long::longValue)
          .sum();
    }
  }

  /** All committed records that are there now. */
  List<ConsumerRecord<byte[], byte[]>> records(String topic) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(connection().consumer("test"))) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(p -> new TopicPartition(p.topic(), p.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
    }
    return records;
  }

  /** Waits until it holds. */
  static void eventually(Duration atMost, String what, Callable<Boolean> holds) throws Exception {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (!holds.call()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within " + atMost + ": " + what);
      }
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ZERO);
    registry.close();
    broker.close();
  }
}
