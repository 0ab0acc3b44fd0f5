package dev.dataengine.producers.rules;

import dev.dataengine.events.BoundingBox;
import dev.dataengine.events.ImageObject;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One annotated object as the rules see it.
 *
 * @param category what it is, in lower case
 * @param attributes by name; {@code shape} is there also where the category is one
 * @param place its box; null where the annotation does not say
 */
record Thing(String category, Map<String, String> attributes, @Nullable Place place) {

  /**
   * A box in pixels.
   *
   * @param left x of its left edge
   * @param top y of its top edge
   * @param right x of its right edge
   * @param bottom y of its bottom edge
   */
  record Place(double left, double top, double right, double bottom) {

    double centerX() {
      return (left + right) / 2;
    }

    double centerY() {
      return (top + bottom) / 2;
    }

    double area() {
      return (right - left) * (bottom - top);
    }
  }

  static Thing of(ImageObject object) {
    String category = object.getCategory().toLowerCase(Locale.ROOT).strip();
    Map<String, String> attributes = new java.util.TreeMap<>(object.getAttributes());
    if (Vocabulary.SHAPES.contains(category)) {
      attributes.putIfAbsent("shape", category);
    }
    return new Thing(category, Map.copyOf(attributes), place(object.getBbox()));
  }

  private static @Nullable Place place(@Nullable BoundingBox box) {
    return box == null
        ? null
        : new Place(
            box.getX(), box.getY(), box.getX() + box.getWidth(), box.getY() + box.getHeight());
  }

  Optional<String> attribute(String name) {
    return Optional.ofNullable(attributes.get(name));
  }

  /** The attribute's value; empty text where there is none. */
  String has(String attribute) {
    return attributes.getOrDefault(attribute, "");
  }
}
