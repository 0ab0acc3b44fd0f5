package dev.dataengine.compose.cli;

import dev.dataengine.compose.launcher.DataEngineConfig;
import dev.dataengine.config.ConnectionConfig;
import dev.dataengine.serde.EventReader;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.topics.Topic;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import java.io.PrintWriter;
import java.nio.BufferUnderflowException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.avro.AvroRuntimeException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
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

  @Parameters(paramLabel = "TOPIC", description = "Name in the catalogue, for example vqa-samples.")
  private String topicName;

  @Option(names = "--from-beginning", description = "Also what is there already.")
  private boolean fromBeginning;

  @Option(
      names = "--max",
      paramLabel = "N",
      description = "Ends after so many events (default: never).")
  private long max = Long.MAX_VALUE;

  @Mixin private ConfigOptions options;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Topic topic = Topic.named(topicName);
    DataEngineConfig config = options.load(List.of());
    ConnectionConfig connection = RunningAddress.of(config);
    PrintWriter out = spec.commandLine().getOut();
    // generic: prints fields that this build does not know as well
    try (KafkaAvroDeserializer events =
            new KafkaAvroDeserializer(
                EventSerde.registry(connection.schemaRegistryUrl()),
                Map.of("schema.registry.url", connection.schemaRegistryUrl()));
        KafkaConsumer<byte[], byte[]> consumer =
            new KafkaConsumer<>(connection.consumer("dataengine-tail"))) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic.topicName(), Duration.ofSeconds(10)).stream()
              .map(p -> new TopicPartition(p.topic(), p.partition()))
              .toList();
      consumer.assign(partitions);
      if (fromBeginning) {
        consumer.seekToBeginning(partitions);
      } else {
        consumer.seekToEnd(partitions);
      }
      long printed = 0;
      while (printed < max && !out.checkError()) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(500))) {
          if (printed < max) {
            out.println(text(events, record));
            printed++;
          }
        }
        out.flush();
      }
    }
    return ExitCode.OK;
  }

  private String text(KafkaAvroDeserializer events, ConsumerRecord<byte[], byte[]> record) {
    try {
      return String.valueOf(events.deserialize(record.topic(), record.value()));
    } catch (SerializationException | AvroRuntimeException | BufferUnderflowException e) {
      spec.commandLine()
          .getErr()
          .println(
              record.topic()
                  + " "
                  + record.partition()
                  + "@"
                  + record.offset()
                  + " key "
                  + EventReader.key(record)
                  + ": unreadable: "
                  + OneLineErrors.oneLine(e));
      return "null";
    }
  }
}
