package dev.dataengine.compose.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.compose.broker.BrokerConfig;
import dev.dataengine.compose.broker.EmbeddedBroker;
import dev.dataengine.compose.data.Ports;
import dev.dataengine.compose.registry.EmbeddedRegistry;
import dev.dataengine.compose.registry.RegistryConfig;
import dev.dataengine.config.ConnectionConfig;
import dev.dataengine.events.EvaluationResult;
import dev.dataengine.events.ModelState;
import dev.dataengine.events.ModelVersion;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.streams.WeightsConfig;
import dev.dataengine.streams.WeightsService;
import dev.dataengine.topics.SchemaRegistration;
import dev.dataengine.topics.Topic;
import dev.dataengine.topics.TopicAdmin;
import dev.dataengine.topics.TopicLayout;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How many results a second go through {@code weights} on the in-process broker, and how many a
 * bare consumer reads and deserializes on the same machine: a benchmark, which the build runs for a
 * moment. To measure:
 *
 * <pre>
 * RESULTS=1000000 QUESTIONS=50000 THREADS=2 mvn -B -pl compose -am verify -Dtest=none \
 *   -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false \
 *   -Dit.test=WeightsThroughputIT | grep RESULTS/S
 * </pre>
 */
class WeightsThroughputIT {

  private static final int RESULTS = setting("RESULTS", 20_000);
  private static final int QUESTIONS = setting("QUESTIONS", 5_000);
  private static final int THREADS = setting("THREADS", 2);

  @TempDir private Path directory;

  private static int setting(String name, int otherwise) {
    String value = System.getenv(name);
    return value == null ? otherwise : Integer.parseInt(value);
  }

  @Test
  void results_throughTheService_perSecond() throws Exception {
    Ports ports = new Ports(directory.resolve("ports.properties"));
    EmbeddedBroker broker =
        new EmbeddedBroker(BrokerConfig.defaults(), directory.resolve("b"), ports);
    EmbeddedRegistry registry =
        new EmbeddedRegistry(RegistryConfig.defaults(), directory.resolve("r"), ports);
    broker.start();
    registry.start();
    ConnectionConfig connection = new ConnectionConfig(broker.bootstrapServers(), registry.url());
    SchemaRegistryClient client = EventSerde.registry(registry.url());
    EventSerde<EvaluationResult> results = EventSerde.of(EvaluationResult.class, client);
    try (Admin admin = Admin.create(connection.client("bench"))) {
      new TopicAdmin(admin, TopicLayout.defaults(), Duration.ofSeconds(30)).create();
      SchemaRegistration.registerAll(client);
      send(connection, results, client);
      double bare = bareConsumer(connection, results);
      double service = service(connection, admin);
      assertThat(bare).isPositive();
      assertThat(service).isPositive();
      System.out.printf(
          "RESULTS/S weights %.0f with %d threads; bare consumer %.0f; ratio %.3f%n",
          service, THREADS, bare, service / bare);
    } finally {
      registry.close();
      broker.close();
    }
  }

  private static void send(
      ConnectionConfig connection,
      EventSerde<EvaluationResult> results,
      SchemaRegistryClient client) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(connection.producer("bench"))) {
      ModelVersion announced =
          ModelVersion.newBuilder()
              .setVersionId("tiny|1000000")
              .setModel("tiny")
              .setVersion(1_000_000)
              .setBase("0")
              .setState(ModelState.CANDIDATE)
              .setCreatedAt(Instant.EPOCH)
              .build();
      var first =
          producer.send(
              EventSerde.of(ModelVersion.class, client)
                  .record(Topic.MODEL_VERSIONS, "tiny", announced));
      EvaluationResult result =
          EvaluationResult.newBuilder()
              .setResultId("")
              .setBenchmark("scenes")
              .setModel("tiny")
              .setModelVersion(0)
              .setQuestionId("")
              .setImageId("")
              .setQuestion("Which of these objects is to the left of the large red cube?")
              .setQuestionType("")
              .setChoices(List.of("a small sphere", "a cone", "a blue cylinder", "a torus"))
              .setCorrectChoice(0)
              .setPredictedChoice(0)
              .setScore(1)
              .setQuestionCount(QUESTIONS)
              .setLatencyMicros(1_234)
              .setEvaluatedAt(Instant.EPOCH)
              .build();
      for (int i = 0; i < RESULTS; i++) {
        int question = i % QUESTIONS;
        long version = i / QUESTIONS;
        result.setResultId("scenes/" + version + "/" + question);
        result.setModelVersion(version);
        result.setQuestionId("scenes-test-" + question);
        result.setImageId("scenes-image-" + question / 4);
        result.setQuestionType("type_of_question_" + question % 18);
        result.setScore((question + version) % 3 == 0 ? 0 : 1);
        result.setEvaluatedAt(Instant.ofEpochMilli(1_700_000_000_000L + i / 50));
        var unused =
            producer.send(results.record(Topic.EVALUATION_RESULTS, result.getQuestionId(), result));
      }
      producer.flush();
      if (!first.isDone()) {
        throw new IllegalStateException("not sent");
      }
    }
  }

  private static double bareConsumer(
      ConnectionConfig connection, EventSerde<EvaluationResult> results) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(connection.consumer("bench"))) {
      consumer.assign(partitions());
      consumer.seekToBeginning(consumer.assignment());
      long read = 0;
      long bytes = 0;
      long begun = System.nanoTime();
      while (read < RESULTS) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          bytes += results.deserialize(record.topic(), record.value()).getQuestionId().length();
          read++;
        }
      }
      double seconds = (System.nanoTime() - begun) / 1e9;
      if (bytes == 0) {
        throw new IllegalStateException("nothing read");
      }
      return read / seconds;
    }
  }

  private double service(ConnectionConfig connection, Admin admin) throws Exception {
    WeightsConfig config =
        Cluster.weights(
            directory.resolve("state"), THREADS, 0, WeightsConfig.defaults().announcementWaitMs());
    try (WeightsService service =
        new WeightsService(config, connection, new SimpleMeterRegistry())) {
      service.start();
      long before = 0;
      long begun = 0;
      while (true) {
        long now = System.nanoTime();
        long counted = committed(admin, config.applicationId());
        if (begun == 0 && counted > RESULTS / 20) {
          begun = now;
          before = counted;
        }
        if (counted >= RESULTS) {
          return (counted - before) / ((now - begun) / 1e9);
        }
        Thread.sleep(20);
      }
    }
  }

  private static long committed(Admin admin, String group) throws Exception {
    try {
      long[] sum = {0};
      admin
          .listConsumerGroupOffsets(group)
          .partitionsToOffsetAndMetadata()
          .get()
          .forEach(
              (partition, offset) -> {
                if (partition.topic().equals(Topic.EVALUATION_RESULTS.topicName())
                    && offset != null) {
                  sum[0] += offset.offset();
                }
              });
      return sum[0];
    } catch (java.util.concurrent.ExecutionException e) {
      return 0;
    }
  }

  private static List<TopicPartition> partitions() {
    return IntStream.range(0, Topic.EVALUATION_RESULTS.partitions())
        .mapToObj(p -> new TopicPartition(Topic.EVALUATION_RESULTS.topicName(), p))
        .toList();
  }
}
