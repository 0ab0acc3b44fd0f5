package dev.dataengine.compose.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dataengine.compose.data.DataDirectory;
import dev.dataengine.compose.launcher.DataEngineConfig;
import dev.dataengine.compose.launcher.Infrastructure;
import dev.dataengine.compose.launcher.Loop;
import dev.dataengine.config.ConnectionConfig;
import dev.dataengine.events.VqaSample;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.topics.Topic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training is exactly-once in effect, whenever the process is killed. */
class KillAndResumeIT {

  private static final int KILLS = 10;
  private static final long SEED = 20261123;
  private static final Duration FIRST_KILL = Duration.ofSeconds(9);
  private static final Duration SPREAD = Duration.ofSeconds(8);

  @TempDir Path directory;

  @Test
  void up_killedAtRandomPoints_trainsEverySampleOnce() throws Exception {
    Path data = directory.resolve("data");
    Path output = directory.resolve("output.txt");
    Random random = new Random(SEED);
    for (int kill = 0; kill < KILLS; kill++) {
      try (DataEngineProcess up = up(data, output)) {
        long delay = FIRST_KILL.toMillis() + random.nextInt((int) SPREAD.toMillis());
        assertThat(up.endsWithin(Duration.ofMillis(delay))).as(up::printed).isFalse();
        up.kill();
      }
    }
    try (DataEngineProcess up = up(data, output)) {
      assertThat(up.endsWithin(Duration.ofSeconds(20))).as(up::printed).isFalse();
      up.stop();
      up.join(Duration.ofSeconds(20));
    }

    JsonNode state = newestCheckpoint(data);
    long trained = state.get("samplesTrained").asLong();
    assertThat(trained).isPositive();
    assertThat(state.get("samplesSkipped").asLong()).as(() -> refused(data)).isZero();
    assertThat(trained).isEqualTo(distinctSamplesBehind(state.get("offsets"), data));
  }

  /** Why samples were not trained on, as the log says. */
  private static String refused(Path data) {
    try (Stream<String> log = Files.lines(data.resolve("logs").resolve("dataengine.log"))) {
      return log.filter(line -> line.contains("dead letters")).collect(Collectors.joining("\n"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Small versions, so that kills fall on and between checkpoints. */
  private static DataEngineProcess up(Path data, Path output) throws Exception {
    return DataEngineProcess.start(
        output,
        "up",
        "--data",
        data.toString(),
        "--set",
        "trainer.samples-per-version=96",
        "--set",
        "image-publisher.initial-images=300");
  }

  private static JsonNode newestCheckpoint(Path data) throws Exception {
    try (Stream<Path> checkpoints = Files.list(data.resolve("checkpoints"))) {
      Path newest =
          checkpoints
              .filter(c -> c.getFileName().toString().startsWith("v"))
              .max(java.util.Comparator.naturalOrder())
              .orElseThrow();
      return new ObjectMapper().readTree(newest.resolve("trainer_state.json").toFile());
    }
  }

  private static long distinctSamplesBehind(JsonNode offsets, Path data) throws Exception {
    try (DataDirectory opened = DataDirectory.open(data);
        Loop loop = new Loop()) {
      ConnectionConfig connection =
          new Infrastructure(DataEngineConfig.defaults(), opened).start(loop);
      EventSerde<VqaSample> serde =
          EventSerde.of(VqaSample.class, EventSerde.registry(connection.schemaRegistryUrl()));
      Set<String> distinct = new HashSet<>();
      try (KafkaConsumer<byte[], byte[]> consumer =
          new KafkaConsumer<>(connection.consumer("count"))) {
        for (int p = 0; p < Topic.VQA_SAMPLES.partitions(); p++) {
          TopicPartition partition = new TopicPartition(Topic.VQA_SAMPLES.topicName(), p);
          long end = offsets.path(Integer.toString(p)).asLong(0);
          consumer.assign(List.of(partition));
          consumer.seekToBeginning(List.of(partition));
          while (consumer.position(partition) < end) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
              if (record.offset() < end) {
                distinct.add(serde.deserialize(record.topic(), record.value()).getSampleId());
              }
            }
          }
        }
      }
      return distinct.size();
    }
  }
}
