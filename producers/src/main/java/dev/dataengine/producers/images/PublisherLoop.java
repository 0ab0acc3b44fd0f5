package dev.dataengine.producers.images;

import dev.dataengine.events.Image;
import dev.dataengine.failure.Failures;
import dev.dataengine.failure.MisconfiguredException;
import dev.dataengine.failure.StoppedException;
import dev.dataengine.producers.loop.LoopParts;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.topics.Topic;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The publisher's body: {@link #step} again and again. The first step reads what the topic has,
 * every further one publishes an image, passes one over that is there, or waits for its turn.
 *
 * <p>An image that cannot be published is left out with a warning that names it, and counted; where
 * the configuration is strict it ends the publisher. For one thread, but any may {@link #wake} it.
 */
public final class PublisherLoop implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(PublisherLoop.class);
  private static final String NAME = "image-publisher";

  /** Bytes of an event: well below what a broker takes. */
  static final int LARGEST_EVENT = 900 * 1024;

  private static final Duration IDLE = Duration.ofSeconds(1);

  private final ImagePublisherConfig config;
  private final ImageSource source;
  private final LoopParts parts;
  private final EventSerde<Image> serde;
  private final ImageSender sender;
  private final Counter published;
  private final Counter leftOut;
  private volatile @Nullable Consumer<byte[], byte[]> reading;
  private volatile @Nullable String refusal;
  private @Nullable Map<String, Integer> known;
  private int next;
  private int paced;
  private @Nullable Long pacedSince;

  /**
   * @param source owned
   */
  PublisherLoop(
      ImagePublisherConfig config, ImageSource source, LoopParts parts, MeterRegistry meters) {
    this.config = config;
    this.source = source;
    this.parts = parts;
    this.serde = EventSerde.of(Image.class, parts.registry());
    this.published =
        Counter.builder("dataengine.images.published")
            .description("images sent to the topic images")
            .register(meters);
    this.leftOut =
        Counter.builder("dataengine.images.left.out")
            .description("images of the source that could not be published")
            .register(meters);
    this.sender =
        new ImageSender(
            parts.clients().producer(NAME, ImageSender.settings()),
            parts.patience(),
            parts.nanos(),
            record -> published.increment(),
            this::refused);
  }

  /**
   * A body that publishes the configured source.
   *
   * @throws InputRefusedException where the source is not what it should be
   */
  public static PublisherLoop of(
      ImagePublisherConfig config, LoopParts parts, MeterRegistry meters) {
    ImageSource source = ImageSources.parse(config.source(), config.inlineBytes());
    return new PublisherLoop(config, source, parts, meters);
  }

  /**
   * Does a little; blocks while a part outside is away, and for a second where nothing is to do.
   *
   * @throws StoppedException where the service stops while it waits
   * @throws MisconfiguredException for an image that cannot be published, where that is strict
   */
  public void step() throws Exception {
    Map<String, Integer> there = known;
    if (there == null) {
      known = start();
      return;
    }
    sender.requireProgress();
    String refused = refusal;
    if (refused != null && config.strict()) {
      throw new MisconfiguredException(refused);
    }
    if (isDone()) {
      boolean unused = parts.patience().pause(IDLE);
      return;
    }
    String id = source.id(next);
    Integer before = there.get(id);
    boolean endless = source.size() == ImageSource.ENDLESS;
    if (endless && before != null) {
      next++;
    } else if (!endless || isTurn()) {
      publish(next, id, before);
      next++;
    }
  }

  /** Whether what the topic had is known. */
  public boolean isStarted() {
    return known != null;
  }

  private boolean isDone() {
    return next >= source.size()
        || (source.size() == ImageSource.ENDLESS
            && next >= config.initialImages()
            && config.imagesPerSecond() == 0);
  }

  private Map<String, Integer> start() throws Exception {
    try (Consumer<byte[], byte[]> consumer =
        parts.patience().waitOut("the broker", () -> parts.clients().consumer(NAME, Map.of()))) {
      reading = consumer;
      Map<String, Integer> found = KnownImages.read(consumer, serde, parts);
      log.atInfo()
          .addKeyValue("source", config.source())
          .addKeyValue("known", found.size())
          .log("publishing images");
      return found;
    } finally {
      reading = null;
    }
  }

  /** Whether it is time for the next image of a source without end; else lets a little pass. */
  private boolean isTurn() {
    if (next < config.initialImages()) {
      return true;
    }
    long now = parts.nanos().getAsLong();
    Long begun = pacedSince;
    if (begun == null) {
      begun = now;
      pacedSince = begun;
    }
    long due = begun + (long) ((paced + 1) * 1e9 / config.imagesPerSecond());
    if (due - now > 0) {
      boolean unused =
          parts.patience().pause(Duration.ofNanos(Math.min(IDLE.toNanos(), due - now)));
      return false;
    }
    paced++;
    return true;
  }

  private void publish(int index, String id, @Nullable Integer before) throws Exception {
    ProducerRecord<byte[], byte[]> record;
    try {
      Image image = read(index);
      if (before != null && before == KnownImages.fingerprint(image)) {
        return;
      }
      record =
          parts
              .patience()
              .waitOut("the registry", () -> serde.record(Topic.IMAGES, image.getImageId(), image));
      if (record.value().length > LARGEST_EVENT) {
        throw new BadImageException(
            "expected an event of at most %d bytes, got %d with its annotation"
                .formatted(LARGEST_EVENT, record.value().length),
            null);
      }
    } catch (BadImageException e) {
      leaveOut(id, Failures.reason(e));
      return;
    }
    sender.send(record);
  }

  /** What a source throws at one image is about that image. */
  private Image read(int index) throws BadImageException {
    try {
      return source.image(index, parts.clock().instant());
    } catch (Exception e) {
      throw new BadImageException(Failures.reason(e), e);
    }
  }

  private static final class BadImageException extends Exception {
    private static final long serialVersionUID = 1L;

    BadImageException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  private void refused(ImageSender.Refusal refusal) {
    String id = new String(refusal.record().key(), StandardCharsets.UTF_8);
    leaveOut(id, Failures.reason(refusal.reason()));
  }

  private void leaveOut(String id, String reason) {
    leftOut.increment();
    refusal = "image " + id + " cannot be published: " + reason;
    log.atWarn()
        .addKeyValue("image", id)
        .addKeyValue("source", config.source())
        .addKeyValue("reason", reason)
        .log("image is left out");
  }

  /** Ends a wait for the broker, from any thread; the step then throws. */
  public void wake() {
    Consumer<byte[], byte[]> open = reading;
    if (open != null) {
      open.wakeup();
    }
  }

  @Override
  public void close() {
    try (source) {
      sender.close();
    }
  }
}
