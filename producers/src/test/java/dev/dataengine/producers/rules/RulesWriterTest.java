package dev.dataengine.producers.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.events.AnnotatedQuestion;
import dev.dataengine.events.Image;
import dev.dataengine.producers.scenes.Scene;
import dev.dataengine.producers.scenes.SceneGenerator;
import dev.dataengine.producers.scenes.SceneImages;
import dev.dataengine.producers.scenes.SceneObject;
import dev.dataengine.producers.scenes.SceneSpace;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class RulesWriterTest {

  private static final List<String> YES_NO =
      List.of("attribute_comparison", "spatial_relationship", "object_localization");

  private final RulesWriter writer = new RulesWriter();

  @Test
  void write_scenes_givesFourDistinctChoicesOfEveryType() {
    SceneGenerator generator = SceneSpace.PUBLISHED.generator(5);
    Random random = new Random(1);
    Map<String, Integer> written = new TreeMap<>();
    for (int i = 0; i < 300; i++) {
      Image image = annotation(generator.scene(i));
      for (String type : writer.types()) {
        writer
            .write(image, type, random)
            .ifPresent(
                c -> {
                  List<String> choices = new ArrayList<>(c.distractors());
                  choices.add(c.answer());
                  assertThat(choices).as("%s", c).hasSizeGreaterThanOrEqualTo(4);
                  assertThat(Set.copyOf(choices)).as("%s", c).hasSameSizeAs(choices);
                  assertThat(c.type()).isEqualTo(type);
                  written.merge(type, 1, Integer::sum);
                });
      }
    }
    assertThat(written).containsOnlyKeys(writer.types());
    assertThat(written.values()).allSatisfy(n -> assertThat(n).isGreaterThan(60));
  }

  @Test
  void write_scenes_usesFewWords() {
    SceneGenerator generator = SceneSpace.PUBLISHED.generator(5);
    Random random = new Random(1);
    Set<String> words = new HashSet<>();
    for (int i = 0; i < 300; i++) {
      Image image = annotation(generator.scene(i));
      for (Candidate c : writer.all(image, random, 3)) {
        String text = c.question() + " " + c.answer() + " " + String.join(" ", c.distractors());
        words.addAll(List.of(text.toLowerCase(java.util.Locale.ROOT).split("[^a-z0-9]+")));
      }
    }
    assertThat(words).hasSizeLessThan(150);
  }

  @Test
  void write_hundredScenes_everyAnswerIsTheOracles() {
    assertThat(verified(100)).isGreaterThan(1_000);
  }

  @Test
  @Tag("large")
  void write_twoThousandScenes_everyAnswerIsTheOracles() {
    assertThat(verified(2_000)).isGreaterThan(20_000);
  }

  /** How many questions about so many scenes the oracle has verified. */
  private int verified(int scenes) {
    SceneGenerator generator = SceneSpace.PUBLISHED.generator(11);
    Random random = new Random(2);
    int verified = 0;
    for (int i = 0; i < scenes; i++) {
      Scene scene = generator.scene(i);
      SceneOracle oracle = new SceneOracle(scene);
      for (Candidate candidate : writer.all(annotation(scene), random, 4)) {
        oracle.verify(candidate);
        verified++;
      }
    }
    return verified;
  }

  @Test
  void existence_scenes_asksDistinctQuestionsThatTheOracleAnswers() {
    SceneGenerator generator = SceneSpace.PUBLISHED.generator(13);
    Random random = new Random(4);
    int asked = 0;
    int yes = 0;
    for (int i = 0; i < 500; i++) {
      Scene scene = generator.scene(i);
      SceneOracle oracle = new SceneOracle(scene);
      List<Candidate> candidates = writer.existence(annotation(scene), random, 9);
      candidates.forEach(oracle::verify);
      assertThat(candidates).extracting(Candidate::question).doesNotHaveDuplicates();
      assertThat(candidates).extracting(Candidate::answer).isSubsetOf("yes", "no");
      asked += candidates.size();
      yes += (int) candidates.stream().filter(c -> c.answer().equals("yes")).count();
    }
    assertThat(asked).isGreaterThan(3_500);
    // there is less to say yes to in a scene of one object
    assertThat(yes / (double) asked).isBetween(0.42, 0.5);
  }

  @Test
  void write_yesNoQuestions_areAsOftenYesAsNo() {
    SceneGenerator generator = SceneSpace.PUBLISHED.generator(12);
    Random random = new Random(3);
    Map<String, Integer> answers = new TreeMap<>();
    for (int i = 0; i < 3_000; i++) {
      Image image = annotation(generator.scene(i));
      for (String type : YES_NO) {
        writer
            .write(image, type, random)
            .ifPresent(c -> answers.merge(type + " " + c.answer(), 1, Integer::sum));
      }
    }
    for (String type : YES_NO) {
      double yes = answers.getOrDefault(type + " yes", 0);
      double no = answers.getOrDefault(type + " no", 0);
      assertThat(yes / (yes + no)).as(type).isBetween(0.47, 0.53);
    }
  }

  @Test
  void write_twoRedCircles_isCountedAndNotReferredTo() {
    Image image =
        annotation(new Scene(0, 0, List.of(circle(10, 20), circle(120, 120)), "plain", "plain", 0));
    Random random = new Random(4);
    for (int i = 0; i < 100; i++) {
      assertThat(writer.write(image, "attribute_recognition", random)).isEmpty();
      assertThat(writer.write(image, "spatial_relationship", random)).isEmpty();
      Candidate c = writer.write(image, "object_localization", random).orElseThrow();
      if (c.question().matches(".*(circles|red objects).*")) {
        assertThat(c.answer()).isEqualTo("2");
      } else if (c.question().matches("(Is|Does) .*")) {
        assertThat(c.answer().equals("yes"))
            .isEqualTo(
                c.question().matches(".*(circle|red).*") != c.question().contains("without"));
      } else {
        assertThat(c.answer()).isEqualTo("0");
      }
    }
  }

  @Test
  void write_publishedQuestion_isPreferredAndFilledUp() {
    Image image = annotation(SceneSpace.PUBLISHED.generator(1).scene(0));
    image.setQuestions(
        List.of(
            new AnnotatedQuestion("is it red?", "yes", "presence", List.of("no")),
            new AnnotatedQuestion("where?", "beach", "image_scene", List.of())));

    Candidate presence = writer.write(image, "presence", new Random(1)).orElseThrow();
    Candidate scene = writer.write(image, "image_scene", new Random(1)).orElseThrow();

    assertThat(presence.distractors()).containsExactlyInAnyOrder("no", "maybe", "unknown");
    assertThat(scene.question()).isEqualTo("where?");
    assertThat(scene.distractors()).hasSize(3).doesNotContain("beach");
  }

  /**
   * Of what is not annotated nothing is known: not its number, and not that it has another name.
   */
  @Test
  void write_partialAnnotation_asksAboutNoObject() {
    Image image = annotation(SceneSpace.PUBLISHED.generator(1).scene(3));
    Map<String, String> attributes = new HashMap<>(image.getAttributes());
    attributes.put("objects", "partial");
    image.setAttributes(attributes);
    assertThat(writer.all(image, new Random(1), 20))
        .isNotEmpty()
        .extracting(Candidate::type)
        .isSubsetOf("image_scene", "image_style");
  }

  private static Image annotation(Scene scene) {
    return SceneImages.annotation(scene, Instant.EPOCH); // the rules look at no pixel
  }

  private static SceneObject circle(int x, int y) {
    return new SceneObject("circle", "red", "medium", 0xE0201C, x, y, 40, 40);
  }
}
