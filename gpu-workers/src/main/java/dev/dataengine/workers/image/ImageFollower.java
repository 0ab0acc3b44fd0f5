package dev.dataengine.workers.image;

import dev.dataengine.config.ConnectionConfig;
import dev.dataengine.events.Image;
import dev.dataengine.serde.EventReader;
import dev.dataengine.topics.Topic;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
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
  private final Queue<ConsumerRecord<byte[], byte[]>> polled = new ArrayDeque<>();

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

  /**
   * Sha256 of the image as last published, reading the topic to its end first where it is not the
   * one expected.
   */
  public Optional<String> sha256(String imageId, String expected) {
    if (!store.sha256(imageId).equals(Optional.of(expected))) {
      catchUp();
    }
    return store.sha256(imageId);
  }

  /** The encoded image; what {@link #sha256} found. */
  public byte[] read(String imageId) throws IOException {
    return store.read(imageId, resolver);
  }

  /** Reads to what is the end of the topic now. */
  public void catchUp() {
    takePolled();
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
      consumer.poll(POLL).forEach(polled::add);
      takePolled();
    }
  }

  /** A record leaves only once it is in the store: the registry may be away in between. */
  private void takePolled() {
    while (!polled.isEmpty()) {
      take(polled.peek());
      polled.remove();
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
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
