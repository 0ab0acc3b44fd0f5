package dev.dataengine.compose.cli;

import dev.dataengine.clients.KafkaClients;
import dev.dataengine.config.ConnectionConfig;
import dev.dataengine.failure.Health;
import dev.dataengine.failure.Patience;
import dev.dataengine.failure.RecordPolicy;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.topics.Topic;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Events of a topic as they come, one JSON object a line. */
@Command(
    name = "tail",
    mixinStandardHelpOptions = true,
    description = "Prints a topic's events as JSON, one a line.")
final class TailCommand implements Callable<Integer> {

  private static final Duration FOUND_WITHIN = Duration.ofSeconds(10);
  private static final int KEY_SHOWN_BYTES = 100;

  @Parameters(
      paramLabel = "TOPIC",
      converter = Values.CataloguedTopic.class,
      description = "Name in the catalogue, for example vqa-samples, or TOPIC.dead-letter.")
  private String topic;

  @Option(names = "--from-beginning", description = "Also what is there already.")
  private boolean fromBeginning;

  @Option(
      names = "--max",
      paramLabel = "N",
      converter = Values.Count.class,
      description = "Ends after so many events (default: never).")
  private long max = Long.MAX_VALUE;

  @Mixin private ConfigOptions options;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    RunningAddress address = RunningAddress.of(options.load(List.of()));
    address.requireBroker();
    address.requireRegistry();
    ConnectionConfig connection = address.connection();
    PrintWriter out = spec.commandLine().getOut();
    // generic: prints fields that this build does not know as well
    try (KafkaAvroDeserializer events =
            new KafkaAvroDeserializer(
                EventSerde.registry(connection.schemaRegistryUrl()),
                Map.of("schema.registry.url", connection.schemaRegistryUrl()));
        Consumer<byte[], byte[]> consumer =
            KafkaClients.of(connection).consumer("dataengine-tail", Map.of())) {
      List<TopicPartition> partitions = partitions(consumer, address);
      consumer.assign(partitions);
      if (fromBeginning) {
        consumer.seekToBeginning(partitions);
      } else {
        consumer.seekToEnd(partitions);
      }
      RecordPolicy policy =
          RecordPolicy.refusing(
              new Patience(() -> !out.checkError(), new Health()), this::tellUnreadable);
      long printed = 0;
      while (printed < max && !out.checkError()) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(500))) {
          if (printed < max) {
            // what cannot be read is a line too, so that lines and records stay as many
            out.println(line(policy, events, record));
            printed++;
          }
        }
        out.flush();
      }
    }
    return ExitCode.OK;
  }

  private List<TopicPartition> partitions(
      Consumer<byte[], byte[]> consumer, RunningAddress address) {
    List<PartitionInfo> there;
    try {
      there = consumer.partitionsFor(topic, FOUND_WITHIN);
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          "the broker at %s (%s) accepts connections but does not answer within %d s, or is no Kafka broker"
              .formatted(
                  address.connection().bootstrapServers(),
                  address.brokerFrom(),
                  FOUND_WITHIN.toSeconds()),
          e);
    }
    if (there == null || there.isEmpty()) {
      throw new IllegalStateException(
          "topic %s is not there (broker %s, %s): 'dataengine topics create' makes it"
              .formatted(topic, address.connection().bootstrapServers(), address.brokerFrom()));
    }
    return there.stream().map(p -> new TopicPartition(p.topic(), p.partition())).toList();
  }

  private String line(
      RecordPolicy policy, KafkaAvroDeserializer events, ConsumerRecord<byte[], byte[]> record) {
    Optional<String> event = policy.apply(record, r -> text(events, r));
    return Topic.isOfDeadLetters(topic) ? LetterLine.of(record, event) : event.orElse("null");
  }

  private static String text(KafkaAvroDeserializer events, ConsumerRecord<byte[], byte[]> record) {
    return String.valueOf(events.deserialize(record.topic(), record.value()));
  }

  private void tellUnreadable(ConsumerRecord<byte[], byte[]> record, String reason) {
    if (Topic.isOfDeadLetters(topic)) {
      return; // that it cannot be read may be why it is one
    }
    spec.commandLine()
        .getErr()
        .println(
            "%s %d@%d key %s: unreadable: %s"
                .formatted(
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    key(record),
                    reason.lines().findFirst().orElse("")));
  }

  private static String key(ConsumerRecord<byte[], byte[]> record) {
    byte[] key = record.key() == null ? new byte[0] : record.key();
    String text = new String(key, 0, Math.min(key.length, KEY_SHOWN_BYTES), StandardCharsets.UTF_8);
    return text.replaceAll("\\p{Cntrl}", "?") + (key.length > KEY_SHOWN_BYTES ? "…" : "");
  }
}
