package dev.dataengine.producers.images;

import dev.dataengine.events.Image;
import dev.dataengine.producers.topic.TopicReplay;
import dev.dataengine.serde.EventReader;
import dev.dataengine.serde.ReplayReader;
import dev.dataengine.topics.Topic;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** What the topic of images has: a fingerprint of the latest image of every id. */
final class KnownImages {

  /**
   * Of a tombstone: no image's, but there. An endless source does not bring back what was taken.
   */
  private static final int TAKEN_BACK = 0;

  private KnownImages() {}

  /** Reads the topic to its present end. */
  static Map<String, Integer> read(
      Consumer<byte[], byte[]> consumer, ReplayReader<Image> reader, BooleanSupplier running)
      throws InterruptedException {
    Map<String, Integer> known = new HashMap<>();
    List<TopicPartition> partitions =
        TopicReplay.partitions(consumer, List.of(Topic.IMAGES), running);
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    TopicReplay.toEnd(consumer, running, record -> add(record, reader, known));
    return known;
  }

  private static void add(
      ConsumerRecord<byte[], byte[]> record,
      ReplayReader<Image> reader,
      Map<String, Integer> known) {
    String id = EventReader.key(record);
    if (record.value() == null) {
      known.put(id, TAKEN_BACK);
      return;
    }
    Optional<Image> image = reader.read(record);
    if (image.isPresent()) {
      known.put(id, fingerprint(image.get()));
    } else {
      known.remove(id); // not readable, so it is published anew under its id
    }
  }

  /** Differs where the pixels or the annotation do. */
  static int fingerprint(Image image) {
    return Objects.hash(
        image.getSha256(),
        image.getUri(),
        image.getObjects(),
        image.getCaptions(),
        image.getAttributes(),
        image.getQuestions());
  }
}
