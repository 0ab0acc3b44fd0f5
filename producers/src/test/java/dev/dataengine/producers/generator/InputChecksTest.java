package dev.dataengine.producers.generator;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dataengine.events.BadCase;
import dev.dataengine.events.Image;
import dev.dataengine.events.ImageObject;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The last that is taken and the first that is not; what else is odd is in OddRecordsTest. */
class InputChecksTest {

  @Test
  void check_imageAtTheLimits_isTaken() {
    Image image = Fixtures.image("x".repeat(InputChecks.LONGEST_NAME), "c");
    image.setEmbedding(Collections.nCopies(InputChecks.LARGEST_EMBEDDING, 1f));
    image.setWidth(8_000);
    image.setHeight(5_000);
    assertThatCode(() -> InputChecks.check(image)).doesNotThrowAnyException();
    image.setEmbedding(Collections.nCopies(InputChecks.LARGEST_EMBEDDING + 1, 1f));
    assertThatThrownBy(() -> InputChecks.check(image)).hasMessageStartingWith("embedding");
    image.setEmbedding(null);
    image.setImageId("x".repeat(InputChecks.LONGEST_NAME + 1));
    assertThatThrownBy(() -> InputChecks.check(image)).hasMessageStartingWith("image_id");
  }

  @Test
  void check_thingsAtTheLimit_areTakenAndOneMoreIsNot() {
    Image image = Fixtures.image("i", "c");
    ImageObject thing = ImageObject.newBuilder().setCategory("car").build();
    image.setObjects(Collections.nCopies(InputChecks.MOST_OBJECTS, thing));
    assertThatCode(() -> InputChecks.check(image)).doesNotThrowAnyException();
    image.setObjects(Collections.nCopies(InputChecks.MOST_OBJECTS + 1, thing));
    assertThatThrownBy(() -> InputChecks.check(image))
        .hasMessage("objects: expected at most 1000, got 1001");
  }

  @Test
  void check_badCaseAtTheLimits_isTaken() {
    BadCase badCase = Fixtures.badCase("b", "t", "i"); // "q", "?", "a" and "b" are four
    badCase.setAnswer("x".repeat(InputChecks.LONGEST_CASE - 5));
    badCase.setDirectAnswers(List.of("y"));
    assertThatCode(() -> InputChecks.check(badCase)).doesNotThrowAnyException();
    badCase.setDirectAnswers(List.of("yy"));
    assertThatThrownBy(() -> InputChecks.check(badCase)).hasMessageContaining("got 50001");
  }

  @Test
  void check_probabilitiesAtTheLimits_areTaken() {
    for (Map<String, Double> sound :
        List.of(Map.of("a", 1.0), Map.of("a", 0.0, "b", Double.MIN_VALUE), Map.of("a", 1.0005))) {
      assertThatCode(() -> InputChecks.check(Fixtures.weights(1, sound)))
          .doesNotThrowAnyException();
    }
    for (double odd : new double[] {-Double.MIN_VALUE, 1.01, Double.NaN}) {
      assertThatThrownBy(() -> InputChecks.check(Fixtures.weights(1, Map.of("a", odd, "b", 0.5))))
          .hasMessageStartingWith("probability of 'a'");
    }
  }
}
