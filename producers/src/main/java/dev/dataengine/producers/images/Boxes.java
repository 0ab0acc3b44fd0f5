package dev.dataengine.producers.images;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dataengine.events.BoundingBox;
import dev.dataengine.events.ImageObject;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Boxes of annotations. */
final class Boxes {

  private static final int NUMBERS = 4;

  private Boxes() {}

  /** Reads {@code [x, y, width, height]}; empty where it is anything else. */
  static Optional<BoundingBox> read(JsonNode box) {
    if (!box.isArray() || box.size() != NUMBERS) {
      return Optional.empty();
    }
    for (JsonNode number : box) {
      if (!number.isNumber() || !Double.isFinite(number.doubleValue())) {
        return Optional.empty();
      }
    }
    return Optional.of(
        new BoundingBox(
            box.path(0).doubleValue(),
            box.path(1).doubleValue(),
            box.path(2).doubleValue(),
            box.path(3).doubleValue()));
  }

  /** The part of the box that is on the image; empty where there is none. */
  static Optional<BoundingBox> clipped(BoundingBox box, int width, int height) {
    double left = Math.max(0, box.getX());
    double top = Math.max(0, box.getY());
    double right = Math.min(width, box.getX() + box.getWidth());
    double bottom = Math.min(height, box.getY() + box.getHeight());
    return box.getWidth() > 0 && box.getHeight() > 0 && right > left && bottom > top
        ? Optional.of(new BoundingBox(left, top, right - left, bottom - top))
        : Optional.empty();
  }

  /**
   * The objects with their boxes clipped to the image, each once; one whose box is nowhere on it is
   * left out, since nothing can be asked about it.
   *
   * @return fewer than there are different ones where some were left out
   */
  static Set<ImageObject> onImage(List<ImageObject> objects, int width, int height) {
    Set<ImageObject> kept = new LinkedHashSet<>();
    for (ImageObject object : objects) {
      BoundingBox box = object.getBbox();
      if (box == null) {
        kept.add(object);
      } else {
        clipped(box, width, height)
            .ifPresent(part -> kept.add(ImageObject.newBuilder(object).setBbox(part).build()));
      }
    }
    return kept;
  }
}
