package dev.dataengine.producers.images;

import dev.dataengine.events.Image;
import dev.dataengine.producers.scenes.SceneGenerator;
import dev.dataengine.producers.scenes.SceneImages;
import dev.dataengine.producers.scenes.SceneSpace;
import java.time.Instant;

/** The built-in scenes, without end. */
final class SceneSource implements ImageSource {

  private final SceneGenerator generator;

  SceneSource(int seed) {
    this.generator = SceneSpace.PUBLISHED.generator(seed);
  }

  @Override
  public int size() {
    return ENDLESS;
  }

  @Override
  public String id(int index) {
    return SceneImages.id(generator.seed(), index);
  }

  @Override
  public Image image(int index, Instant publishedAt) {
    return SceneImages.image(generator.scene(index), publishedAt);
  }
}
