package dev.dataengine.workers.image;

import dev.dataengine.clients.KafkaClients;
import dev.dataengine.events.Image;
import dev.dataengine.failure.LocalFailureException;
import dev.dataengine.failure.Patience;
import dev.dataengine.failure.RecordPolicy;
import dev.dataengine.failure.StoppedException;
import dev.dataengine.follow.NewestOfKey;
import dev.dataengine.follow.TopicFollower;
import dev.dataengine.serde.DeadLetters;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.topics.Topic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Follows the topic of images and finds them by id. A sample is written after its image, so an
 * image that is not there once the topic is read to its present end is not coming. What is no sound
 * image goes to the dead letters, once and not at every start, and leaves an earlier one of its id
 * where it is.
 *
 * <p>Waits while the broker or the registry is away. One thread owns a follower.
 */
public final class ImageFollower implements AutoCloseable {

  private final TopicFollower follower;
  private final EventSerde<Image> serde;
  private final Patience patience;
  private final RecordPolicy refusing;
  private final RecordPolicy leavingOut;
  private final ImageStore store;
  private final ImageResolver resolver;
  private final NewestOfKey newest = new NewestOfKey(Integer.MAX_VALUE);

  private ImageFollower(
      TopicFollower follower,
      EventSerde<Image> serde,
      Patience patience,
      DeadLetters letters,
      ImageStore store,
      ImageResolver resolver) {
    this.follower = follower.onRestart(partitions -> newest.clear());
    this.serde = serde;
    this.patience = patience;
    this.refusing = RecordPolicy.deadLetters(patience, letters);
    this.leavingOut = RecordPolicy.leavingOut(patience);
    this.store = store;
    this.resolver = resolver;
  }

  /**
   * A follower with a consumer of its own, which reads when it is first asked.
   *
   * @param owner of the follower; its client id, and with {@code .images} the group that remembers
   *     which records were looked at
   * @param letters takes records that are bad
   * @param file where inline bytes are kept; replaced
   * @param resolver reads what is not inline
   * @throws IOException where the file cannot be made
   */
  public static ImageFollower open(
      KafkaClients clients,
      String owner,
      EventSerde<Image> serde,
      Patience patience,
      DeadLetters letters,
      Path file,
      ImageResolver resolver)
      throws IOException {
    ImageStore store = new ImageStore(file);
    try {
      TopicFollower follower =
          new TopicFollower(
              clients.consumer(owner + "-images", Map.of("group.id", owner + ".images")),
              clients.topicIds(owner + "-images-topic"),
              List.of(Topic.IMAGES),
              patience,
              true);
      return new ImageFollower(follower, serde, patience, letters, store, resolver);
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  /**
   * Sha256 of the image as last published, reading the topic to its end first where it is not the
   * one expected.
   *
   * @throws StoppedException where the service was stopped before the end was reached
   */
  public Optional<String> sha256(String imageId, String expected) {
    if (!isKnown(imageId, expected)) {
      catchUp();
    }
    if (!isKnown(imageId, expected) && added()) {
      catchUp();
    }
    return store.sha256(imageId);
  }

  private boolean isKnown(String imageId, String expected) {
    return store.sha256(imageId).equals(Optional.of(expected));
  }

  /** Before an image is said not to be there: it may be in a partition that is new. */
  private boolean added() {
    AtomicBoolean added = new AtomicBoolean();
    unchecked(() -> added.set(follower.findAdded()));
    return added.get();
  }

  /** The encoded image; what {@link #sha256} found. */
  public byte[] read(String imageId) throws IOException {
    return store.read(imageId, resolver);
  }

  /**
   * Reads to what is the end of the topic now.
   *
   * @throws StoppedException where the service was stopped first
   */
  public void catchUp() {
    unchecked(() -> follower.toEnd(this::take));
    if (!patience.isRunning()) {
      throw new StoppedException("the end of " + Topic.IMAGES.topicName());
    }
  }

  /** Remembers what was refused; once the letters about it are with the broker. */
  public void commit() {
    unchecked(follower::commit);
  }

  /** A consumer's failures are unchecked; what the follower may throw besides is none of them. */
  private static void unchecked(Patience.Act act) {
    try {
      act.run();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    RecordPolicy policy = follower.isNew(record) ? refusing : leavingOut;
    if (record.value() == null) {
      keep(record, store::remove);
    } else {
      policy
          .apply(record, this::image)
          .ifPresent(image -> keep(record, id -> store.put(id, image)));
    }
  }

  /** The store's failures are no fault of this record, nor of the sample that asks for it. */
  private void keep(ConsumerRecord<byte[], byte[]> record, Consumer<String> how) {
    String id = EventSerde.key(record);
    try {
      newest.keep(record, () -> how.accept(id));
    } catch (UncheckedIOException e) {
      throw new LocalFailureException(
          "image '%s' cannot be kept in the images' cache: %s".formatted(id, e.getMessage()), e);
    }
  }

  private PublishedImage image(ConsumerRecord<byte[], byte[]> record) {
    Image image = serde.event(record);
    return new PublishedImage(image.getSha256(), image.getUri(), image.getBytes());
  }

  @Override
  public void close() throws IOException {
    follower.close();
    store.close();
  }
}
