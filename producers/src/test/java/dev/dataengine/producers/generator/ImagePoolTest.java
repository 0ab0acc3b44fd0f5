package dev.dataengine.producers.generator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.events.AnnotatedQuestion;
import dev.dataengine.events.BoundingBox;
import dev.dataengine.events.Image;
import dev.dataengine.events.ImageObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ImagePoolTest {

  private final SplittableRandom random = new SplittableRandom(1);

  private Set<String> drawn(ImagePool pool) {
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      pool.any(random).ifPresent(image -> ids.add(image.getImageId()));
    }
    return ids;
  }

  private static Image embedded(String id, float x, float y) {
    Image image = Fixtures.image(id, id);
    image.setEmbedding(new ArrayList<>(List.of(x, y)));
    return image;
  }

  @Test
  void put_moreThanFit_keepsTheLatest() {
    ImagePool pool = new ImagePool(3, Fixtures.guard());
    for (int i = 0; i < 10; i++) {
      pool.put(Fixtures.image("i" + i, "c" + i));
    }
    assertThat(drawn(pool)).containsExactlyInAnyOrder("i7", "i8", "i9");
  }

  @Test
  void put_sameId_replaces() {
    ImagePool pool = new ImagePool(3, Fixtures.guard());
    pool.put(Fixtures.image("a", "old"));
    pool.put(Fixtures.image("a", "new"));
    assertThat(pool.size()).isEqualTo(1);
    assertThat(pool.any(random).orElseThrow().getSha256()).isEqualTo(Fixtures.sha("new"));
  }

  @Test
  void put_heldOutImageOfAPooledId_takesThatAway() {
    ImagePool pool = new ImagePool(3, Fixtures.guard("held", "?"));
    pool.put(Fixtures.image("a", "free"));
    pool.put(Fixtures.image("b", "b"));
    pool.put(Fixtures.image("a", "held"));
    assertThat(drawn(pool)).containsExactly("b");
  }

  @Test
  void holds_replacedOrRemovedImage_isFalse() {
    ImagePool pool = new ImagePool(3, Fixtures.guard());
    Image old = Fixtures.image("a", "old");
    pool.put(old);
    assertThat(pool.holds(old)).isTrue();
    Image other = Fixtures.image("a", "new");
    pool.put(other);
    assertThat(pool.holds(old)).isFalse();
    pool.remove("a");
    assertThat(pool.holds(other)).isFalse();
  }

  @Test
  void remove_anImage_leavesTheOthersToBeFound() {
    ImagePool pool = new ImagePool(4, Fixtures.guard());
    for (String id : List.of("a", "b", "c")) {
      pool.put(Fixtures.image(id, id));
    }
    pool.remove("a");
    pool.remove("nobody");
    pool.put(Fixtures.image("c", "again"));
    assertThat(drawn(pool)).containsExactlyInAnyOrder("b", "c");
    pool.remove("b");
    pool.remove("c");
    assertThat(drawn(pool)).isEmpty();
  }

  @Test
  void near_heldOutImageWithEmbedding_findsTheClosest() {
    ImagePool pool = new ImagePool(10, Fixtures.guard("held", "?"));
    pool.put(embedded("held", 1, 0));
    pool.put(embedded("close", 2, 0.1f));
    pool.put(embedded("far", -1, 1));
    assertThat(pool.size()).isEqualTo(2);
    int close = 0;
    for (int i = 0; i < 50; i++) {
      close += pool.near("held", random).orElseThrow().getImageId().equals("close") ? 1 : 0;
    }
    assertThat(close).isGreaterThan(30);
  }

  @Test
  void near_withoutEmbedding_isAny() {
    ImagePool pool = new ImagePool(10, Fixtures.guard());
    pool.put(Fixtures.image("a", "a"));
    assertThat(pool.near("unknown", random)).isPresent();
  }

  @Test
  void near_embeddingsWithoutAnAngle_areAsIfNotThere() {
    ImagePool pool = new ImagePool(10, Fixtures.guard());
    pool.put(embedded("target", 1, 0));
    pool.put(embedded("nan", Float.NaN, 1));
    pool.put(embedded("infinite", Float.POSITIVE_INFINITY, 1));
    pool.put(embedded("zero", 0, 0));
    Image longer = Fixtures.image("longer", "longer");
    longer.setEmbedding(new ArrayList<>(List.of(1f, 0f, 0f)));
    pool.put(longer);
    Image holes = Fixtures.image("holes", "holes");
    List<Float> values = new ArrayList<>(List.of(1f));
    values.add(null);
    holes.setEmbedding(values);
    pool.put(holes);
    Set<String> sound = Set.of("target", "holes");
    int near = 0;
    for (int i = 0; i < 300; i++) {
      near += sound.contains(pool.near("target", random).orElseThrow().getImageId()) ? 1 : 0;
      assertThat(pool.near("nan", random)).isPresent();
      assertThat(pool.near("zero", random)).isPresent();
    }
    // six draws of six images: none of the two is among them in one of eleven
    assertThat(near).isGreaterThan(260);
  }

  @Test
  void put_heavyAnnotations_keepsTheLatestThatFit() {
    ImagePool pool = new ImagePool(100, 10_000, Fixtures.guard());
    for (int i = 0; i < 20; i++) {
      Image image = Fixtures.image("i" + i, "c" + i);
      image.setCaptions(List.of("x".repeat(2_000)));
      pool.put(image);
    }
    assertThat(drawn(pool)).containsExactlyInAnyOrder("i16", "i17", "i18", "i19");
    Image alone = Fixtures.image("alone", "alone");
    alone.setCaptions(List.of("x".repeat(20_000)));
    pool.put(alone);
    assertThat(drawn(pool)).as("one is kept, however large").containsExactly("alone");
    pool.put(Fixtures.image("a", "a"));
    assertThat(drawn(pool)).containsExactly("a");
  }

  @ParameterizedTest
  @MethodSource
  void everyAnnotation_hasItsWeight(String what, Consumer<Image> annotate) {
    ImagePool pool = new ImagePool(100, 10_000, Fixtures.guard());
    for (int i = 0; i < 20; i++) {
      Image image = Fixtures.image("i" + i, "c" + i);
      annotate.accept(image);
      pool.put(image);
    }
    assertThat(pool.size()).as(what).isBetween(3, 4);
  }

  static Stream<Arguments> everyAnnotation_hasItsWeight() {
    String text = "x".repeat(2_000);
    return Stream.of(
        heavy("captions", image -> image.setCaptions(Collections.nCopies(2, "x".repeat(1_000)))),
        heavy("attribute", image -> image.setAttributes(Map.of("a", text))),
        heavy("attribute's name", image -> image.setAttributes(Map.of(text, "a"))),
        heavy("category", image -> image.setObjects(List.of(object(text, Map.of())))),
        heavy("object's attribute", i -> i.setObjects(List.of(object("c", Map.of("a", text))))),
        heavy("objects", i -> i.setObjects(Collections.nCopies(11, object("c", Map.of())))),
        heavy("question", image -> image.setQuestions(List.of(question(text, "a", List.of())))),
        heavy("answer", image -> image.setQuestions(List.of(question("q", text, List.of())))),
        heavy("distractor", i -> i.setQuestions(List.of(question("q", "a", List.of(text))))),
        heavy(
            "questions",
            i -> i.setQuestions(Collections.nCopies(11, question("q", "a", List.of())))),
        heavy("embedding", i -> i.setEmbedding(new ArrayList<>(Collections.nCopies(220, 1f)))));
  }

  private static Arguments heavy(String what, Consumer<Image> annotate) {
    return Arguments.of(what, annotate);
  }

  private static ImageObject object(String category, Map<String, String> attributes) {
    return ImageObject.newBuilder()
        .setCategory(category)
        .setBbox(new BoundingBox(0.0, 0.0, 1.0, 1.0))
        .setAttributes(attributes)
        .build();
  }

  private static AnnotatedQuestion question(String text, String answer, List<String> distractors) {
    return new AnnotatedQuestion(text, answer, "t", distractors);
  }

  @Test
  void put_dropsThePixels() {
    ImagePool pool = new ImagePool(3, Fixtures.guard());
    Image image = Fixtures.image("a", "a");
    image.setBytes(java.nio.ByteBuffer.wrap(new byte[9]));

    pool.put(image);

    assertThat(pool.any(random).orElseThrow().getBytes()).isNull();
  }

  @Test
  void clear_forgetsAllAndBeginsAnew() {
    ImagePool pool = new ImagePool(3, 3_000, Fixtures.guard("held", "?"));
    pool.put(embedded("held", 1, 0));
    pool.put(embedded("a", 1, 0));
    Image heavy = embedded("b", -1, 0);
    heavy.setCaptions(List.of("x".repeat(2_000)));
    pool.put(heavy);

    pool.clear();

    assertThat(pool.size()).isZero();
    assertThat(pool.holds(heavy)).isFalse();
    assertThat(drawn(pool)).isEmpty();
    pool.put(embedded("a", 1, 0));
    pool.put(embedded("c", -1, 0));
    pool.put(heavy);
    assertThat(drawn(pool)).as("its weight began anew").containsExactlyInAnyOrder("a", "b", "c");
    Set<String> near = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      near.add(pool.near("held", random).orElseThrow().getImageId());
    }
    assertThat(near).as("nothing is near an image that is forgotten").hasSize(3);
  }

  @Test
  void put_afterRemovals_theOldestStillGoesFirst() {
    ImagePool pool = new ImagePool(3, Fixtures.guard());
    for (String id : List.of("a", "b", "c")) {
      pool.put(Fixtures.image(id, id));
    }
    pool.remove("a");
    pool.put(Fixtures.image("d", "d"));
    pool.put(Fixtures.image("b", "again"));
    pool.put(Fixtures.image("e", "e"));
    assertThat(drawn(pool)).containsExactlyInAnyOrder("d", "b", "e");
  }
}
