package dev.dataengine.producers.scenes;

import java.util.List;

/**
 * What one drawn image shows.
 *
 * @param seed seed of its generator
 * @param index place in the generator's sequence
 * @param objects the shapes, none overlapping another
 * @param scene one of {@link SceneVocabulary#SCENES}
 * @param style one of {@link SceneVocabulary#STYLES}; other than "plain" only where the scene is
 *     plain
 * @param tint which of the scene's variants of light is drawn, 0 or more
 */
public record Scene(
    long seed, int index, List<SceneObject> objects, String scene, String style, int tint) {

  /** Side of the square image in pixels. */
  public static final int SIDE = 192;

  public Scene {
    objects = List.copyOf(objects);
  }

  /** Whether shapes need an outline to stand out. */
  boolean isBusy() {
    return !scene.equals("plain") || !style.equals("plain");
  }
}
