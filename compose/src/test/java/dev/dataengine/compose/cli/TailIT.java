package dev.dataengine.compose.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.clients.KafkaClients;
import dev.dataengine.compose.data.DataDirectory;
import dev.dataengine.compose.launcher.DataEngineConfig;
import dev.dataengine.compose.launcher.Infrastructure;
import dev.dataengine.compose.launcher.Loop;
import dev.dataengine.config.ConnectionConfig;
import dev.dataengine.events.RejectedSample;
import dev.dataengine.events.RejectionReason;
import dev.dataengine.serde.DeadLetters;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.topics.Topic;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TailIT {

  private static final String TOPIC = Topic.REJECTED_SAMPLES.topicName();
  private static final String LETTERS = Topic.REJECTED_SAMPLES.deadLetterName();

  @TempDir Path directory;

  @Test
  void tail_poisonBetweenEvents_isToldAndTheRestPrinted() throws Exception {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    try (DataDirectory data = DataDirectory.open(directory);
        Loop loop = new Loop()) {
      ConnectionConfig connection =
          new Infrastructure(DataEngineConfig.defaults(), data).start(loop);
      EventSerde<RejectedSample> serde =
          EventSerde.of(RejectedSample.class, EventSerde.registry(connection.schemaRegistryUrl()));
      byte[] good = serde.serialize(TOPIC, event());
      byte[] cut = java.util.Arrays.copyOf(good, good.length - 3);
      byte[] unknownId = good.clone();
      unknownId[4] = 99;
      try (Producer<byte[], byte[]> producer =
          KafkaClients.of(connection).producer("test", Map.of())) {
        for (byte[] value : new byte[][] {good, {}, {0}, text("no avro"), cut, unknownId, good}) {
          producer.send(new ProducerRecord<>(TOPIC, 0, text("key"), value)).get();
        }
        letters(producer, good, cut);
      }

      // found by the ports that the data directory remembers
      int code =
          Main.commandLine()
              .setOut(new PrintWriter(out))
              .setErr(new PrintWriter(err))
              .execute(
                  "tail", TOPIC, "--from-beginning", "--max", "7", "--data", directory.toString());

      assertThat(code).as("%s", err).isZero();
      StringWriter letters = new StringWriter();
      code =
          Main.commandLine()
              .setOut(new PrintWriter(letters))
              .execute(
                  "tail",
                  LETTERS,
                  "--from-beginning",
                  "--max",
                  "2",
                  "--data",
                  directory.toString());
      assertThat(code).isZero();
      assertThat(letters.toString().lines())
          .satisfiesExactly(
              line ->
                  assertThat(line)
                      .contains("\"reason\":\"too odd\"", "\"service\":\"trainer\"")
                      .contains("\"offset\":\"7\"", "\"event\":", "rejected_id"),
              line -> assertThat(line).contains("\"reason\":\"cut\"").doesNotContain("event"));
    }
    assertThat(out.toString().lines()).hasSize(7);
    assertThat(out.toString().lines().filter(line -> line.contains("\"rejected_id\""))).hasSize(2);
    assertThat(err.toString().lines())
        .hasSize(5)
        .allMatch(line -> line.startsWith(TOPIC + " 0@") && line.contains("key key: unreadable: "));
  }

  private static void letters(Producer<byte[], byte[]> producer, byte[] good, byte[] cut) {
    DeadLetters letters = DeadLetters.through("trainer", producer);
    letters.send(new ConsumerRecord<>(TOPIC, 0, 7, text("key"), good), "too odd");
    letters.send(new ConsumerRecord<>(TOPIC, 0, 8, text("key"), cut), "cut");
    producer.flush();
  }

  private static RejectedSample event() {
    return RejectedSample.newBuilder()
        .setRejectedId("r")
        .setReason(RejectionReason.DUPLICATE)
        .setDetail("")
        .setQuestionType("shape")
        .setRawText("")
        .setGenerator("rules/1")
        .setRejectedAt(Instant.EPOCH)
        .build();
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
