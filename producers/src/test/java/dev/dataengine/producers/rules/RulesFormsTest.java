package dev.dataengine.producers.rules;

import static dev.dataengine.producers.rules.Pictures.image;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.events.Image;
import dev.dataengine.events.ImageObject;
import dev.dataengine.producers.scenes.SceneImages;
import dev.dataengine.producers.scenes.SceneSpace;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which questions the rules have, and where something is too close to a line to be asked. */
class RulesFormsTest {

  private static final List<String> SCENES = scenes();

  private static List<String> scenes() {
    List<String> questions = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      Image image =
          SceneImages.annotation(SceneSpace.PUBLISHED.generator(3).scene(i), Instant.EPOCH);
      new RulesWriter().all(image, new Random(i), 6).forEach(c -> questions.add(c.question()));
    }
    return questions;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "How many \\w+ are there\\?",
        "How many \\w+ objects are there\\?",
        "How many \\w+ are in the image\\?",
        "Count the \\w+\\.",
        "Where is the .*\\?",
        "Which part of the image is the .* in\\?",
        "Is there an? (circle|square|star|triangle|\\w+) in the image\\?",
        "Is there an? \\w+ object in the image\\?",
        "Is there an? \\w+ (?!object)\\w+ in the image\\?",
        "Does the image show an? .*\\?",
        "Is an? .* in the image\\?",
        "Is the image without an? .*\\?",
        "What is to the left of the .*\\?",
        "What is to the right of the .*\\?",
        "What is above the .*\\?",
        "Which object is below the .*\\?",
        "Is the .* to the left of the .*\\?",
        "Is the .* to the right of the .*\\?",
        "Is the .* above the .*\\?",
        "Is the .* below the .*\\?",
        "Which is larger, .*\\?",
        "Which is smaller, .*\\?",
        "(Are|Do) the .* the same color\\?",
        "(Are|Do) the .* the same shape\\?",
        "(Are|Do) the .* the same size\\?"
      })
  void everyForm_isAsked(String form) {
    assertThat(SCENES).anyMatch(question -> question.matches(form));
  }

  /** A third of 300 is 100; a share of 0.04 of the side is 12. */
  @ParameterizedTest
  @CsvSource({
    "50, 50, top left", "150, 50, top", "250, 150, right", "150, 150, center",
    "87, 50, top left", "113, 50, top", "50, 187, left", "50, 213, bottom left",
    "250, 250, bottom right", "150, 250, bottom", "250, 50, top right"
  })
  void placeWellWithinARegion_isAskedFor(double x, double y, String region) {
    Image image = image(300, 300, object("dog", x - 10, y - 10, 20, 20));

    assertThat(asked(image, "object_localization", "(Where is|Which part).*"))
        .isNotEmpty()
        .allSatisfy(
            candidate -> {
              assertThat(candidate.answer()).isEqualTo(region);
              assertThat(candidate.distractors()).hasSize(3).doesNotContain(region);
            });
  }

  @ParameterizedTest
  @CsvSource({"89, 50", "111, 50", "100, 50", "50, 189", "50, 211", "200, 200"})
  void placeNearALineOfTheGrid_isNotAskedFor(double x, double y) {
    Image image = image(300, 300, object("dog", x - 10, y - 10, 20, 20));

    assertThat(asked(image, "object_localization", "(Where is|Which part).*")).isEmpty();
  }

  /** Where other things are is the most tempting wrong answer. */
  @Test
  void placesOfOtherThings_areAmongTheWrongAnswers() {
    Image image =
        image(
            300,
            300,
            object("dog", 40, 40, 20, 20),
            object("cat", 240, 240, 20, 20),
            object("cup", 240, 40, 20, 20));

    assertThat(asked(image, "object_localization", "(Where is|Which part).* dog.*"))
        .isNotEmpty()
        .allSatisfy(c -> assertThat(c.distractors()).contains("bottom right", "top right"));
  }

  /** Three hundredths of the side: 9 across, 30 down. */
  @ParameterizedTest
  @CsvSource({
    "9, 0, to the left of, true",
    "8.9, 0, to the left of, false",
    "0, 30, above, true",
    "0, 29, above, false"
  })
  void relation_isAskedWhereTheGapIsClear(double across, double down, String words, boolean clear) {
    double x = across == 0 ? 10 : 60 + across;
    double y = down == 0 ? 10 : 60 + down;
    Image image = image(300, 1_000, object("dog", 10, 10, 50, 50), object("cat", x, y, 50, 50));

    List<Candidate> asked =
        asked(image, "spatial_relationship", ".*(the left|the right|above|below).*");

    assertThat(asked.isEmpty()).isNotEqualTo(clear);
    assertThat(asked)
        .filteredOn(c -> c.question().equals("What is " + words + " the cat?"))
        .allMatch(c -> c.answer().equals("dog"))
        .hasSizeGreaterThan(clear ? 0 : -1);
  }

  /** A third thing that is neither clearly on that side nor clearly not leaves no one answer. */
  @ParameterizedTest
  @CsvSource({"160, true", "115, true", "100, false", "20, false"})
  void whatIsBeside_isAskedWhereAllOthersAreClearlyNot(double third, boolean asks) {
    Image image =
        image(
            300,
            300,
            object("dog", 10, 100, 40, 40),
            object("cat", 80, 100, 40, 40),
            object("cup", third - 20, 200, 40, 40));

    List<Candidate> asked =
        asked(image, "spatial_relationship", "(What|Which object) is to the left of the cat\\?");

    assertThat(asked.isEmpty()).isNotEqualTo(asks);
    assertThat(asked).allMatch(c -> c.answer().equals("dog") && !c.distractors().contains("dog"));
    assertThat(asked).allMatch(c -> c.distractors().contains("cup"));
  }

  @ParameterizedTest
  @CsvSource({
    "3, '0 1 2 4 5 6'",
    "0, '1 2 3 4 5'",
    "10, '7 8 9 11 12 13'",
    "yes, 'yes no maybe unknown'"
  })
  void like_isWhatMayStandBesideTheAnswer(String answer, String others) {
    assertThat(Vocabulary.like(answer)).isEqualTo(Arrays.asList(others.split(" ")));
  }

  @Test
  void like_isOfTheAnswersKind() {
    assertThat(Vocabulary.like("red")).isEqualTo(Vocabulary.COLORS);
    assertThat(Vocabulary.like("circle")).isEqualTo(Vocabulary.SHAPES);
    assertThat(Vocabulary.like("zebra")).isEqualTo(Vocabulary.THINGS);
    assertThat(Vocabulary.like("small")).containsExactly("small", "medium", "large", "unknown");
  }

  @ParameterizedTest
  @CsvSource({
    "person, people",
    "sheep, sheep",
    "circle, circles",
    "bus, buses",
    "dish, dishes",
    "couch, couches",
    "box, boxes"
  })
  void plural_isTheWordOfMany(String one, String many) {
    assertThat(Vocabulary.plural(one)).isEqualTo(many);
  }

  private static List<Candidate> asked(Image image, String type, String form) {
    return Pictures.asked(image, type, form, 150);
  }

  private static ImageObject object(String category, double x, double y, double w, double h) {
    return Pictures.object(category, x, y, w, h, Map.of());
  }
}
