package dev.dataengine.compose.simulate;

import dev.dataengine.serde.EventSerde;
import dev.dataengine.topics.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What an outsider reads in the simulated topics. */
final class Topics {
  private final World world;

  Topics(World world) {
    this.world = world;
  }

  /** An event with the record that it came in. */
  record Read<T>(ConsumerRecord<byte[], byte[]> record, T event) {}

  /**
   * All events of a topic, also those that retention has taken since, partition by partition; what
   * is none is left out.
   */
  <T extends SpecificRecord> List<Read<T>> all(Topic topic, Class<T> type) {
    EventSerde<T> serde = EventSerde.of(type, world.registry().direct());
    List<Read<T>> all = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : world.cluster().readEver(topic.topicName())) {
      event(serde, record).ifPresent(event -> all.add(new Read<>(record, event)));
    }
    return all;
  }

  private static <T extends SpecificRecord> Optional<T> event(
      EventSerde<T> serde, ConsumerRecord<byte[], byte[]> record) {
    try {
      return Optional.of(serde.event(record));
    } catch (RuntimeException unreadable) {
      return Optional.empty();
    }
  }
}
