package dev.dataengine.producers.images;

import dev.dataengine.config.ConnectionConfig;
import dev.dataengine.producers.loop.LoopParts;
import dev.dataengine.service.ThreadService;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Publishes a source's images. What the topic has already is left as it is: a restart goes on where
 * the topic ends. A source that is a set of data is published whole, and again where an image or
 * its annotation has changed; one without end first fast, then at the configured rate. A thread
 * that runs {@link PublisherLoop}.
 *
 * <p>The source is opened by the constructor, so that what is wrong with it is said at once.
 */
public final class ImagePublisher extends ThreadService {

  private final ImagePublisherConfig config;
  private final ConnectionConfig connection;
  private final MeterRegistry metrics;

  /** The source that the constructor opened, for the first run. */
  private final AtomicReference<@Nullable ImageSource> opened = new AtomicReference<>();

  private volatile @Nullable PublisherLoop loop;

  /**
   * @throws InputRefusedException where the source is not what it should be
   */
  public ImagePublisher(
      ImagePublisherConfig config, ConnectionConfig connection, MeterRegistry metrics) {
    super("image-publisher");
    this.config = config;
    this.connection = connection;
    this.metrics = metrics;
    this.opened.set(open());
  }

  private ImageSource open() {
    return ImageSources.parse(config.source(), config.inlineBytes());
  }

  @Override
  protected void wake() {
    PublisherLoop open = loop;
    if (open != null) {
      open.wake();
    }
  }

  @Override
  protected void run() throws Exception {
    ImageSource first = opened.getAndSet(null);
    ImageSource source = first == null ? open() : first;
    LoopParts parts = LoopParts.of(connection, patience());
    try (PublisherLoop open =
        patience().waitOut("the broker", () -> new PublisherLoop(config, source, parts, metrics))) {
      loop = open;
      open.step();
      isReady();
      while (isRunning()) {
        open.step();
      }
    }
  }
}
