package dev.dataengine.producers.scenes;

/**
 * One shape of a scene.
 *
 * @param shape one of {@link SceneVocabulary#SHAPES}
 * @param color one of {@link SceneVocabulary#COLORS}
 * @param size small, medium or large
 * @param rgb the exact colour, 0xRRGGBB
 * @param x left edge of the filled shape, pixels
 * @param y top edge, pixels
 * @param width pixels
 * @param height pixels
 */
public record SceneObject(
    String shape, String color, String size, int rgb, int x, int y, int width, int height) {

  public double centerX() {
    return x + width / 2.0;
  }

  public double centerY() {
    return y + height / 2.0;
  }

  /** Whether the boxes come closer than {@code gap} pixels. */
  boolean crowds(SceneObject other, int gap) {
    return x < other.x + other.width + gap
        && other.x < x + width + gap
        && y < other.y + other.height + gap
        && other.y < y + height + gap;
  }
}
