package dev.dataengine.compose.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.compose.data.DataDirectory;
import dev.dataengine.compose.launcher.DataEngineConfig;
import dev.dataengine.compose.launcher.Infrastructure;
import dev.dataengine.compose.launcher.Loop;
import dev.dataengine.config.ConnectionConfig;
import dev.dataengine.topics.Topic;
import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The services as processes of their own against one broker close the same loop, and what they
 * write is read by Confluent's deserializer with nothing of ours but the registry's address.
 */
class SeparateProcessesIT {

  private static final List<String> SERVICES =
      List.of("image-publisher", "weights", "evaluator", "generator", "trainer");

  private static final Set<Topic> WRITTEN =
      EnumSet.of(
          Topic.IMAGES,
          Topic.EVALUATION_RESULTS,
          Topic.QUESTION_TYPE_STATS,
          Topic.QUESTION_TYPE_WEIGHTS,
          Topic.BAD_CASES,
          Topic.VQA_SAMPLES,
          Topic.MODEL_VERSIONS);

  private static final Duration AT_MOST = Duration.ofMinutes(4);

  @TempDir Path directory;

  @Test
  void run_everyServiceApart_closesTheLoop() throws Exception {
    List<DataEngineProcess> processes = new ArrayList<>();
    try (DataDirectory data = DataDirectory.open(directory.resolve("infrastructure"));
        Loop loop = new Loop()) {
      ConnectionConfig connection =
          new Infrastructure(DataEngineConfig.defaults(), data).start(loop);
      for (String service : SERVICES) {
        processes.add(start(service, connection));
      }

      Set<Topic> missing = awaitEvents(connection, processes);

      assertThat(missing)
          .as(() -> processes.stream().map(DataEngineProcess::printed).toList().toString())
          .isEmpty();
    } finally {
      processes.forEach(DataEngineProcess::close);
    }
  }

  private DataEngineProcess start(String service, ConnectionConfig connection) throws Exception {
    return DataEngineProcess.start(
        directory.resolve(service + ".txt"),
        "run",
        service,
        "--data",
        directory.resolve(service).toString(),
        "--set",
        "connection.bootstrap-servers=" + connection.bootstrapServers(),
        "--set",
        "connection.schema-registry-url=" + connection.schemaRegistryUrl(),
        "--set",
        "trainer.samples-per-version=64",
        "--set",
        "image-publisher.initial-images=200");
  }

  /** Topics without an event of a trained version; empty once the loop has gone round. */
  private static Set<Topic> awaitEvents(
      ConnectionConfig connection, List<DataEngineProcess> processes) throws Exception {
    KafkaAvroDeserializer avro =
        new KafkaAvroDeserializer(
            new CachedSchemaRegistryClient(connection.schemaRegistryUrl(), 20));
    avro.configure(Map.of("schema.registry.url", connection.schemaRegistryUrl()), false);
    Set<Topic> missing = EnumSet.copyOf(WRITTEN);
    boolean trainedIsEvaluated = false;
    Instant end = Instant.now().plus(AT_MOST);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(connection.consumer("reader"))) {
      List<TopicPartition> partitions = new ArrayList<>();
      for (Topic topic : WRITTEN) {
        consumer
            .partitionsFor(topic.topicName())
            .forEach(p -> partitions.add(new TopicPartition(p.topic(), p.partition())));
      }
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while ((!missing.isEmpty() || !trainedIsEvaluated) && Instant.now().isBefore(end)) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          GenericRecord event = (GenericRecord) avro.deserialize(record.topic(), record.value());
          Topic topic = Topic.named(record.topic());
          missing.remove(topic);
          trainedIsEvaluated |=
              topic == Topic.EVALUATION_RESULTS && (long) event.get("model_version") > 0;
        }
        for (DataEngineProcess process : processes) {
          assertThat(process.endsWithin(Duration.ZERO)).as(process::printed).isFalse();
        }
      }
    }
    assertThat(trainedIsEvaluated)
        .as("a version that was trained was evaluated: " + missing)
        .isTrue();
    return missing;
  }
}
