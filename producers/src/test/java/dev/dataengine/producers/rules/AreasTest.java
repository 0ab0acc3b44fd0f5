package dev.dataengine.producers.rules;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.api.Test;

/** Things without a size are compared by their boxes, where one is clearly the larger. */
class AreasTest {

  private final RulesWriter writer = new RulesWriter();

  @Test
  void clearlyLargerBox_takesUpMore() {
    Image image = image(object("dog", 100, 100, ""), object("cat", 50, 50, ""));

    List<Candidate> asked = asked(image, "Which takes up ");

    assertThat(asked).hasSizeGreaterThan(20);
    assertThat(asked)
        .allSatisfy(
            candidate ->
                assertThat(candidate.answer())
                    .isEqualTo(candidate.question().contains(" more ") ? "dog" : "cat"));
    assertThat(asked).extracting(Candidate::question).anyMatch(q -> q.contains(" more "));
    assertThat(asked).extracting(Candidate::question).anyMatch(q -> q.contains(" less "));
  }

  @Test
  void boxesOfAboutOneSize_areNotCompared() {
    assertThat(asked(image(object("dog", 100, 100, ""), object("cat", 100, 105, "")), "Which "))
        .isEmpty();
    assertThat(asked(image(object("dog", 100, 105, ""), object("cat", 100, 100, "")), "Which "))
        .isEmpty();
    assertThat(asked(image(object("dog", 100, 100, ""), object("cat", 100, 100, "")), "Which "))
        .isEmpty();
  }

  /** Nothing is said of the colour of one, so it is not known to be another. */
  @Test
  void attributeThatOnlyOneHas_isNotCompared() {
    assertThat(asked(image(object("dog", 50, 50, "red"), object("cat", 90, 90, "")), "same color"))
        .isEmpty();
    assertThat(asked(image(object("dog", 50, 50, ""), object("cat", 90, 90, "red")), "same color"))
        .isEmpty();
    Image three =
        image(
            object("dog", 50, 50, "red"),
            object("cat", 90, 90, "red"),
            object("cup", 9, 9, "blue"));
    assertThat(asked(three, "the same color"))
        .filteredOn(candidate -> !candidate.question().startsWith("Which "))
        .isNotEmpty()
        .allSatisfy(
            candidate ->
                assertThat(candidate.answer())
                    .isEqualTo(candidate.question().contains("cup") ? "no" : "yes"));
  }

  private List<Candidate> asked(Image image, String part) {
    List<Candidate> asked = new ArrayList<>();
    for (int seed = 0; seed < 100; seed++) {
      writer
          .write(image, "attribute_comparison", new Random(seed))
          .filter(candidate -> candidate.question().contains(part))
          .ifPresent(asked::add);
    }
    return asked;
  }

  private static Image image(ImageObject... objects) {
    Image image = SceneImages.annotation(SceneSpace.PUBLISHED.generator(1).scene(0), Instant.EPOCH);
    image.setObjects(List.of(objects));
    image.setAttributes(Map.of());
    return image;
  }

  private static ImageObject object(String category, double width, double height, String color) {
    return ImageObject.newBuilder()
        .setCategory(category)
        .setBbox(new BoundingBox(5.0, 5.0, width, height))
        .setAttributes(color.isEmpty() ? Map.of() : Map.of("color", color))
        .build();
  }
}
