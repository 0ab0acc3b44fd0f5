package dev.dataengine.producers.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.events.AnnotatedQuestion;
import dev.dataengine.events.BoundingBox;
import dev.dataengine.events.Image;
import dev.dataengine.events.ImageObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Annotations of photographs: categories and boxes, attributes for some objects only. */
class UnevenAnnotationTest {

  private final RulesWriter writer = new RulesWriter();

  private static ImageObject object(
      String category, int x, int side, Map<String, String> attributes) {
    return ImageObject.newBuilder()
        .setCategory(category)
        .setBbox(new BoundingBox((double) x, 10.0, (double) side, (double) side))
        .setAttributes(attributes)
        .build();
  }

  private static Image image(ImageObject... objects) {
    return Image.newBuilder()
        .setImageId("i")
        .setSha256("0")
        .setWidth(400)
        .setHeight(400)
        .setSource("test")
        .setCaptions(List.of())
        .setObjects(List.of(objects))
        .setAttributes(Map.of())
        .setQuestions(List.of())
        .setPublishedAt(Instant.EPOCH)
        .build();
  }

  /** All questions with their answers, wrong ones included. */
  private List<String> texts(Image image) {
    return writer.all(image, new Random(1), 40).stream().map(Candidate::toString).toList();
  }

  @Test
  void write_twoDogsOneWithoutColor_neitherIsCalledByIt() {
    Image image =
        image(
            object("dog", 10, 60, Map.of("color", "brown")),
            object("dog", 200, 60, Map.of()),
            object("cup", 300, 20, Map.of("color", "brown")));

    assertThat(texts(image)).isNotEmpty().noneMatch(text -> text.contains("brown dog"));
  }

  @Test
  void write_anObjectWithoutColor_noColorIsCountedOrMostOrShared() {
    Image image =
        image(
            object("book", 10, 60, Map.of("color", "red")),
            object("cup", 100, 60, Map.of("color", "red")),
            object("chair", 200, 60, Map.of("color", "blue")),
            object("dog", 300, 60, Map.of()));

    assertThat(texts(image))
        .anyMatch(text -> text.contains("How many"))
        .noneMatch(text -> text.contains(" objects"))
        .noneMatch(text -> text.contains("Which color appears"))
        .noneMatch(text -> text.contains("Which object has the same color"));
  }

  @Test
  void write_everyObjectWithColor_colorsAreCountedAndShared() {
    Image image =
        image(
            object("book", 10, 60, Map.of("color", "red")),
            object("cup", 100, 60, Map.of("color", "red")),
            object("chair", 200, 60, Map.of("color", "blue")));

    assertThat(texts(image))
        .anyMatch(text -> text.contains(" objects"))
        .anyMatch(text -> text.contains("Which object has the same color"));
  }

  @Test
  void write_anObjectOutsideTheBoxes_boxesAreNotCounted() {
    Image image =
        image(object("cup", 10, 60, Map.of("box", "left")), object("cup", 200, 60, Map.of()));

    assertThat(texts(image)).isNotEmpty().noneMatch(text -> text.contains("in the left box"));
  }

  @Test
  void write_boxesWithoutSizes_areComparedByTheRoomTheyTake() {
    Image image = image(object("dog", 10, 100, Map.of()), object("cup", 200, 40, Map.of()));

    List<Candidate> comparisons = comparisons(image);

    assertThat(comparisons).hasSizeGreaterThan(1);
    assertThat(comparisons)
        .allSatisfy(
            c -> {
              assertThat(c.question())
                  .matches("Which takes up (more|less) of the image, the \\w+ or the \\w+\\?");
              assertThat(c.answer()).isEqualTo(c.question().contains("more") ? "dog" : "cup");
            });
  }

  /** The dog is far away: the larger thing, in the smaller box. */
  @Test
  void write_boxesWithSizes_areComparedBySize() {
    Image image =
        image(
            object("dog", 10, 40, Map.of("size", "large")),
            object("cup", 200, 100, Map.of("size", "small")));

    assertThat(comparisons(image))
        .filteredOn(c -> c.question().startsWith("Which"))
        .isNotEmpty()
        .allSatisfy(
            c -> {
              assertThat(c.question()).startsWith("Which is ");
              assertThat(c.answer()).isEqualTo(c.question().contains("larger") ? "dog" : "cup");
            });
  }

  private List<Candidate> comparisons(Image image) {
    return writer.all(image, new Random(1), 40).stream()
        .filter(c -> c.type().equals("attribute_comparison"))
        .toList();
  }

  @Test
  void write_size_hasNoChoiceBesideTheThreeThatIsAlmostRight() {
    Image image = image(object("dog", 10, 40, Map.of("size", "small")));

    Candidate c = writer.write(image, "attribute_recognition", new Random(1)).orElseThrow();

    assertThat(c.answer()).isEqualTo("small");
    assertThat(c.distractors()).containsExactlyInAnyOrder("medium", "large", "unknown");
    assertThat(Vocabulary.like("small")).contains("medium", "large", "unknown");
  }

  @Test
  void write_publishedQuestionAboutAThing_isNotFilledUpWithOthersOfTheImage() {
    Image image =
        image(
            object("dog", 10, 40, Map.of()),
            object("person", 100, 40, Map.of()),
            object("cup", 200, 40, Map.of()));
    image.setQuestions(
        List.of(new AnnotatedQuestion("What is there?", "cat", "presence", List.of())));
    Random random = new Random(1);

    for (int i = 0; i < 50; i++) {
      Candidate c = writer.write(image, "presence", random).orElseThrow();
      assertThat(c.distractors())
          .hasSize(3)
          .doesNotContainAnyElementsOf(List.of("dog", "person", "cup", "cat"));
    }
  }
}
