package dev.dataengine.producers.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.events.Image;
import dev.dataengine.producers.scenes.SceneGenerator;
import dev.dataengine.producers.scenes.SceneImages;
import dev.dataengine.producers.scenes.SceneSpace;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RulesWriterTest {

  private final RulesWriter writer = new RulesWriter();

  @Test
  void write_scenes_givesFourDistinctChoicesOfEveryType() {
    SceneGenerator generator = SceneSpace.PUBLISHED.generator(5);
    Random random = new Random(1);
    Map<String, Integer> written = new TreeMap<>();
    for (int i = 0; i < 300; i++) {
      Image image = SceneImages.image(generator.scene(i), Instant.EPOCH);
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
      Image image = SceneImages.image(generator.scene(i), Instant.EPOCH);
      for (Candidate c : writer.all(image, random, 3)) {
        String text = c.question() + " " + c.answer() + " " + String.join(" ", c.distractors());
        words.addAll(List.of(text.toLowerCase(java.util.Locale.ROOT).split("[^a-z0-9]+")));
      }
    }
    assertThat(words).hasSizeLessThan(150);
  }
}
