package dev.dataengine.producers.rules;

import dev.dataengine.events.BoundingBox;
import dev.dataengine.events.Image;
import dev.dataengine.events.ImageObject;
import dev.dataengine.producers.scenes.SceneImages;
import dev.dataengine.producers.scenes.SceneSpace;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Annotations made by hand, and what the rules ask about them. */
final class Pictures {

  private Pictures() {}

  /** Complete, and nothing is said of it but its objects. */
  static Image image(int width, int height, ImageObject... objects) {
    Image image = SceneImages.annotation(SceneSpace.PUBLISHED.generator(1).scene(0), Instant.EPOCH);
    image.setWidth(width);
    image.setHeight(height);
    image.setObjects(List.of(objects));
    image.setAttributes(Map.of());
    return image;
  }

  static ImageObject object(
      String category,
      double x,
      double y,
      double width,
      double height,
      Map<String, String> attributes) {
    return ImageObject.newBuilder()
        .setCategory(category)
        .setBbox(new BoundingBox(x, y, width, height))
        .setAttributes(attributes)
        .build();
  }

  /** What is written in a form, with as many seeds. */
  static List<Candidate> asked(Image image, String type, String form, int seeds) {
    RulesWriter writer = new RulesWriter();
    List<Candidate> asked = new ArrayList<>();
    for (int seed = 0; seed < seeds; seed++) {
      writer
          .write(image, type, new Random(seed))
          .filter(candidate -> candidate.question().matches(form))
          .ifPresent(asked::add);
    }
    return asked;
  }
}
