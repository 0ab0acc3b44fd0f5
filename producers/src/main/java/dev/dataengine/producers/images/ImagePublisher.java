package dev.dataengine.producers.images;

import dev.dataengine.config.ConnectionConfig;
import dev.dataengine.events.Image;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.serde.ReplayReader;
import dev.dataengine.service.ThreadService;
import dev.dataengine.topics.Topic;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes a source's images. What the topic has already is left as it is: a restart goes on where
 * the topic ends. A source that is a set of data is published whole, and again where an image or
 * its annotation has changed; one without end first fast, then at the configured rate.
 *
 * <p>The source is opened by the constructor, so that what is wrong with it is said at once.
 */
public final class ImagePublisher extends ThreadService {

  private static final Logger log = LoggerFactory.getLogger(ImagePublisher.class);

  private final ImagePublisherConfig config;
  private final ConnectionConfig connection;
  private final Clock clock;
  private final ImageSource source;
  private final Counter published;
  private final CountDownLatch stopped = new CountDownLatch(1);

  /**
   * @throws InputRefusedException where the source is not what it should be
   */
  public ImagePublisher(
      ImagePublisherConfig config, ConnectionConfig connection, MeterRegistry metrics) {
    super("image-publisher");
    this.config = config;
    this.connection = connection;
    this.clock = Clock.systemUTC();
    this.source = ImageSources.parse(config.source(), config.inlineBytes());
    this.published =
        Counter.builder("dataengine.images.published")
            .description("images sent to the topic images")
            .register(metrics);
  }

  @Override
  protected void wake() {
    stopped.countDown();
  }

  @Override
  protected void run() throws Exception {
    Map<String, Object> settings = ImageSender.patient(connection.producer("image-publisher"));
    try (source;
        ImageSender sender =
            new ImageSender(new KafkaProducer<>(settings), this::isRunning, published)) {
      EventSerde<Image> serde =
          EventSerde.of(Image.class, EventSerde.registry(connection.schemaRegistryUrl()));
      Map<String, Integer> known = known(serde);
      log.atInfo()
          .addKeyValue("source", config.source())
          .addKeyValue("known", known.size())
          .log("publishing images");
      publishAll(sender, serde, known);
      do {
        sender.requireDelivered();
      } while (!stopped.await(1, TimeUnit.SECONDS));
    }
  }

  /** What the topic has: the fingerprint of each image by id. Waits for broker and registry. */
  private Map<String, Integer> known(EventSerde<Image> serde) throws InterruptedException {
    ReplayReader<Image> reader = new ReplayReader<>(serde, this::isRunning);
    while (isRunning()) {
      try (KafkaConsumer<byte[], byte[]> consumer =
          new KafkaConsumer<>(connection.consumer("image-publisher"))) {
        return KnownImages.read(consumer, reader, this::isRunning);
      } catch (RetriableException e) {
        log.atWarn().setCause(e).log("reading the images again: the broker is not there");
        var unused = stopped.await(1, TimeUnit.SECONDS);
      }
    }
    return Map.of();
  }

  private void publishAll(ImageSender sender, EventSerde<Image> serde, Map<String, Integer> known)
      throws Exception {
    boolean endless = source.size() == ImageSource.ENDLESS;
    long since = 0;
    int paced = 0;
    for (int index = 0; index < source.size() && isRunning(); index++) {
      Integer before = known.get(source.id(index));
      if (endless && before != null) {
        continue;
      }
      if (endless && index >= config.initialImages()) {
        since = paced == 0 ? System.nanoTime() : since;
        if (!awaitTurn(since, paced++)) {
          return;
        }
      }
      Image image = source.image(index, clock.instant());
      if (before == null || before != KnownImages.fingerprint(image)) {
        sender.send(record(serde, image));
      }
      sender.requireDelivered();
    }
  }

  /** Waits for the registry, which is asked before the first record. */
  private ProducerRecord<byte[], byte[]> record(EventSerde<Image> serde, Image image)
      throws InterruptedException {
    while (true) {
      try {
        return serde.record(Topic.IMAGES, image.getImageId(), image);
      } catch (SerializationException e) {
        log.atWarn().setCause(e).log("waiting for the registry");
        if (stopped.await(1, TimeUnit.SECONDS)) {
          throw e;
        }
      }
    }
  }

  /** Waits for the time of the {@code nth} paced image; false where the service stops instead. */
  private boolean awaitTurn(long since, int nth) throws InterruptedException {
    if (config.imagesPerSecond() == 0) {
      return false;
    }
    long due = since + (long) ((nth + 1) * 1e9 / config.imagesPerSecond());
    return !stopped.await(Math.max(0, due - System.nanoTime()), TimeUnit.NANOSECONDS);
  }
}
