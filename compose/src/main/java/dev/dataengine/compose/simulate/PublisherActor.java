package dev.dataengine.compose.simulate;

import dev.dataengine.producers.images.ImagePublisherConfig;
import dev.dataengine.producers.images.PublisherLoop;
import dev.dataengine.producers.loop.LoopParts;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** The image publisher, of a few built-in scenes. */
final class PublisherActor extends Actor<PublisherLoop> {
  private static final int IMAGES = 8;

  PublisherActor(World world) {
    super("image-publisher", world);
  }

  @Override
  PublisherLoop open() {
    ImagePublisherConfig config = new ImagePublisherConfig("scenes:1", IMAGES, 0, 16 * 1024, false);
    return PublisherLoop.of(config, parts(this), new SimpleMeterRegistry());
  }

  static LoopParts parts(Actor<?> actor) {
    World world = actor.world();
    return new LoopParts(
        actor.clients(),
        world.registry().client(),
        world.patience(actor.health()),
        world.clock(),
        world.nanos(),
        world::id);
  }

  @Override
  void step(PublisherLoop open) throws Exception {
    open.step();
  }
}
