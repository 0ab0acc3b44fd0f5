package dev.dataengine.producers.scenes;

import java.util.List;
import java.util.Map;

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

  /** Longest side in pixels of an image of 192 by 192. */
  static final Map<String, Integer> DIAMETER = Map.of("small", 27, "medium", 42, "large", 62);

  private SceneVocabulary() {}
}
