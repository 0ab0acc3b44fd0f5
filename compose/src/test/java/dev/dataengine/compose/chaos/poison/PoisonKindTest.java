package dev.dataengine.compose.chaos.poison;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.compose.chaos.observe.SoundEvents;
import dev.dataengine.compose.chaos.observe.Watched;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PoisonKindTest {

  /** What is wrong with these only other topics can tell. */
  private static final Set<String> BY_OTHER_TOPICS =
      Set.of("unknown-image", "other-image", "last-version");

  private SoundEvents events;

  @BeforeEach
  void open() throws Exception {
    events = new SoundEvents();
  }

  @AfterEach
  void close() {
    events.close();
  }

  @Test
  void soundEvents_areSound() throws Exception {
    for (Watched topic : Watched.values()) {
      assertThat(
              events.problem(
                  topic,
                  SoundEvents.key(topic).getBytes(StandardCharsets.UTF_8),
                  events.bytes(topic)))
          .as(topic.topic())
          .isEmpty();
    }
  }

  @Test
  void make_everyKindThatMustBeRefused_isBadByTheObserversReading() throws Exception {
    SplittableRandom random = new SplittableRandom(1);
    int made = 0;
    for (Watched topic : Watched.values()) {
      for (PoisonKind kind : kinds(topic)) {
        Draft draft =
            kind.recipe().make(topic, "chaos-" + made++, events.templates(), random).orElseThrow();
        if (kind.mustBeRefused().test(topic) && !BY_OTHER_TOPICS.contains(kind.name())) {
          assertThat(events.problem(topic, draft.key(), draft.value()))
              .as(topic.topic() + " " + kind.name())
              .isPresent();
        }
      }
    }
    assertThat(made).isGreaterThan(70);
  }

  private static List<PoisonKind> kinds(Watched topic) {
    return topic.isInput() ? PoisonKind.of(topic, Set.of()) : List.of();
  }

  @Test
  void make_onCompactedTopics_everyRecordHasAKeyAndNoneIsOfARealModel() throws Exception {
    SplittableRandom random = new SplittableRandom(1);
    for (PoisonKind kind : kinds(Watched.VERSIONS)) {
      Draft draft =
          kind.recipe().make(Watched.VERSIONS, "chaos-1", events.templates(), random).orElseThrow();
      assertThat(new String(requireNonNull(draft.key()), StandardCharsets.UTF_8))
          .startsWith("chaos-1");
    }
  }

  @Test
  void make_withoutASoundRecordToMakeItOf_isPutOff() throws Exception {
    SplittableRandom random = new SplittableRandom(1);
    for (PoisonKind kind : PoisonKind.of(Watched.RESULTS, Set.of("truncated", "nan-score"))) {
      assertThat(kind.recipe().make(Watched.RESULTS, "chaos-1", events.noTemplates(), random))
          .isEmpty();
    }
  }

  @Test
  void tallPng_isSmallAndDecodesToFourMillionRows() throws Exception {
    byte[] bytes = TallPng.bytes();

    assertThat(bytes.length).isLessThan(20_000);
    BufferedImage image =
        ImageIO.read(new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes)));
    assertThat(image.getWidth()).isEqualTo(1);
    assertThat(image.getHeight()).isEqualTo(4_000_000);
  }
}
