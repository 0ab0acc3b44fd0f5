package dev.dataengine.workers.image;

import dev.dataengine.config.ConnectionConfig;
import dev.dataengine.events.Image;
import dev.dataengine.serde.EventReader;
import dev.dataengine.topics.Topic;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Follows the topic of images and finds them by id. A sample is written after its image, so an
 * image that is not there once the topic is read to its present end is not coming. One thread owns
 * a follower.
 */
public final class ImageFollower implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(200);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final EventReader<Image> reader;
  private final ImageStore store;
  private final ImageResolver resolver;
  private final List<TopicPartition> partitions;

  /**
   * @param file where the bytes are kept; replaced
   */
  public ImageFollower(
      ConnectionConfig connection,
      String clientId,
      EventReader<Image> reader,
      Path file,
      ImageResolver resolver)
      throws IOException {
    this.reader = reader;
    this.resolver = resolver;
    this.store = new ImageStore(file);
    this.consumer = new KafkaConsumer<>(connection.consumer(clientId));
    this.partitions =
        consumer.partitionsFor(Topic.IMAGES.topicName()).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** Sha256 of the image, reading the topic to its end first where it is not known yet. */
  public Optional<String> sha256(String imageId) throws IOException {
    Optional<String> known = store.sha256(imageId);
    if (known.isEmpty()) {
      catchUp();
      known = store.sha256(imageId);
    }
    return known;
  }

  /** The encoded image; what {@link #sha256} found. */
  public byte[] read(String imageId) throws IOException {
    return store.read(imageId, resolver);
  }

  /** Reads to what is the end of the topic now. */
  public void catchUp() throws IOException {
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        take(record);
      }
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> record) throws IOException {
    String id = EventReader.key(record);
    if (record.value() == null) {
      store.remove(id);
      return;
    }
    Optional<Image> image = reader.read(record);
    if (image.isPresent()) {
      store.put(id, image.get().getSha256(), image.get().getUri(), image.get().getBytes());
    }
  }

  @Override
  public void close() throws IOException {
    consumer.close();
    store.close();
  }
}
