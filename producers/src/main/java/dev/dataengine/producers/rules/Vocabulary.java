package dev.dataengine.producers.rules;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Values that wrong answers are drawn from where the image itself has too few. */
final class Vocabulary {

  static final List<String> SHAPES =
      List.of("circle", "square", "rectangle", "triangle", "star", "cross");
  static final List<String> COLORS =
      List.of("red", "green", "blue", "yellow", "black", "gray", "teal", "brown");

  /** In ascending order. */
  static final List<String> SIZES = List.of("small", "medium", "large");

  static final List<String> SCENES = List.of("plain", "meadow", "beach", "night", "city", "snow");
  static final List<String> STYLES = List.of("plain", "striped", "dotted", "checkered");
  static final List<String> BOXES = List.of("left", "middle", "right", "none");

  /**
   * Categories of COCO, letter for letter: where its annotation is complete and lacks one of them,
   * the image does too. "table" would be right where it says "dining table", and there may be a
   * lamp though it never names one.
   */
  static final List<String> THINGS =
      List.of("person", "car", "dog", "cat", "chair", "bottle", "bird", "bicycle", "book", "cup");

  static final List<String> NEITHER = List.of("neither", "both", "unknown");

  /** A fourth size would be too near one of the three to be wrong for certain. */
  private static final List<String> SIZE_CHOICES =
      Stream.concat(SIZES.stream(), Stream.of("unknown")).toList();

  private static final Map<String, List<String>> BY_ATTRIBUTE =
      Map.of("color", COLORS, "size", SIZE_CHOICES, "shape", SHAPES, "box", BOXES);
  private static final Map<String, String> PLURALS =
      Map.of("person", "people", "mouse", "mice", "knife", "knives", "sheep", "sheep");

  private Vocabulary() {}

  static List<String> ofAttribute(String attribute) {
    return BY_ATTRIBUTE.getOrDefault(attribute, List.of());
  }

  /** Words that are alternatives to the answer; things where it is none of the known kinds. */
  static List<String> like(String answer) {
    if (answer.matches("\\d{1,4}")) {
      return numbersNear(Integer.parseInt(answer));
    }
    if (answer.equals("yes") || answer.equals("no")) {
      return List.of("yes", "no", "maybe", "unknown");
    }
    if (SIZES.contains(answer)) {
      return SIZE_CHOICES;
    }
    return Stream.of(SHAPES, COLORS, SCENES, STYLES)
        .filter(values -> values.contains(answer))
        .findFirst()
        .orElse(THINGS);
  }

  /** Seven numbers from 0 around {@code n}, without it. */
  static List<String> numbersNear(int n) {
    int from = Math.max(0, n - 3);
    return IntStream.rangeClosed(from, Math.max(5, n + 3))
        .filter(k -> k != n)
        .mapToObj(Integer::toString)
        .toList();
  }

  static String plural(String noun) {
    String irregular = PLURALS.get(noun);
    if (irregular != null) {
      return irregular;
    }
    return noun + (noun.matches(".*(s|sh|ch|x)") ? "es" : "s");
  }
}
