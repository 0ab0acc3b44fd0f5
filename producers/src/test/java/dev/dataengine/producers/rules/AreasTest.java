package dev.dataengine.producers.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.events.Image;
import dev.dataengine.events.ImageObject;
import dev.dataengine.producers.scenes.Scene;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Things without a size are compared by their boxes, where one is clearly the larger. */
class AreasTest {

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

  private static List<Candidate> asked(Image image, String part) {
    return Pictures.asked(image, "attribute_comparison", ".*" + part + ".*", 100);
  }

  private static Image image(ImageObject... objects) {
    return Pictures.image(Scene.SIDE, Scene.SIDE, objects);
  }

  private static ImageObject object(String category, double width, double height, String color) {
    Map<String, String> attributes = color.isEmpty() ? Map.of() : Map.of("color", color);
    return Pictures.object(category, 5, 5, width, height, attributes);
  }
}
