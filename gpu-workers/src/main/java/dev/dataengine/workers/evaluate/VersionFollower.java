package dev.dataengine.workers.evaluate;

import dev.dataengine.config.ConnectionConfig;
import dev.dataengine.events.ModelVersion;
import dev.dataengine.serde.EventReader;
import dev.dataengine.service.Outages;
import dev.dataengine.topics.Topic;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Follows a model's versions from the beginning of the topic and hands out the newest. */
final class VersionFollower implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(200);

  private final String model;
  private final BooleanSupplier running;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final EventReader<ModelVersion> reader;
  private final List<TopicPartition> partitions;
  private @Nullable ModelVersion newest;
  private long handedOut = -1;

  VersionFollower(
      ConnectionConfig connection,
      String model,
      EventReader<ModelVersion> reader,
      BooleanSupplier running) {
    this.model = model;
    this.running = running;
    this.reader = reader;
    this.consumer = new KafkaConsumer<>(connection.consumer("evaluator-versions"));
    this.partitions =
        consumer.partitionsFor(Topic.MODEL_VERSIONS.topicName()).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** A version newer than the one handed out last, the newest there is; empty after a while. */
  Optional<ModelVersion> next() throws IOException {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
      Optional<ModelVersion> version = Outages.waitOut(running, () -> reader.read(record));
      if (version.isPresent() && version.get().getModel().equals(model)) {
        newest = version.get();
      }
    }
    if (newest == null
        || newest.getVersion() <= handedOut
        || !Outages.waitOut(running, this::isCaughtUp)) {
      return Optional.empty();
    }
    handedOut = newest.getVersion();
    return Optional.of(newest);
  }

  private boolean isCaughtUp() {
    return consumer.endOffsets(partitions).entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  void wake() {
    consumer.wakeup();
  }

  @Override
  public void close() {
    consumer.close();
  }
}
