package dev.dataengine.producers.scenes;

import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** The words of the built-in scenes, in a fixed order. */
public final class SceneVocabulary {

  public static final List<String> SHAPES =
      List.of("circle", "square", "rectangle", "triangle", "star", "cross");
  public static final List<String> COLORS =
      List.of("red", "green", "blue", "yellow", "black", "gray", "teal", "brown");
  public static final List<String> SIZES = List.of("small", "medium", "large");
  public static final List<String> SCENES =
      List.of("plain", "meadow", "beach", "night", "city", "snow");
  public static final List<String> STYLES = List.of("plain", "striped", "dotted", "checkered");

  /** Mid colours, far apart from each other in hue or lightness, also at 64 by 64 pixels. */
  static final Map<String, Integer> RGB =
      Map.of(
          "red", 0xE0201C,
          "green", 0x35A81E,
          "blue", 0x1E3CE6,
          "yellow", 0xFFD600,
          "black", 0x0C0C0E,
          "gray", 0x8C8C8C,
          "teal", 0x00B4AA,
          "brown", 0x8A4A14);

  /** Longest side in pixels of an image of 192 by 192; no size comes near another. */
  static final Map<String, Diameters> DIAMETERS =
      Map.of(
          "small", new Diameters(22, 30),
          "medium", new Diameters(38, 48),
          "large", new Diameters(60, 90));

  /** The least and the greatest diameter of a size. */
  record Diameters(int least, int greatest) {
    int draw(RandomGenerator random) {
      return random.nextInt(least, greatest + 1);
    }
  }

  static Diameters diameters(String size) {
    Diameters found = DIAMETERS.get(size);
    if (found == null) {
      throw new IllegalArgumentException("no size '" + size + "'");
    }
    return found;
  }

  private SceneVocabulary() {}
}
