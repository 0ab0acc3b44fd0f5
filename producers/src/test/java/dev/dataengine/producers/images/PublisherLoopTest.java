package dev.dataengine.producers.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dataengine.events.BoundingBox;
import dev.dataengine.events.Image;
import dev.dataengine.events.ImageObject;
import dev.dataengine.failure.MisconfiguredException;
import dev.dataengine.producers.loop.FakeCluster.Ask;
import dev.dataengine.producers.loop.FakeWorld;
import dev.dataengine.producers.loop.Registries;
import dev.dataengine.producers.scenes.SceneImages;
import dev.dataengine.producers.scenes.SceneSpace;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.topics.Topic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PublisherLoopTest {

  private static final String IMAGES = Topic.IMAGES.topicName();

  private final FakeWorld world = new FakeWorld();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Map<Integer, Exception> bad = new TreeMap<>();
  private int size = 6;
  private int objects = 1;

  /** Numbered images, some of which cannot be read. */
  private final class Numbered implements ImageSource {
    @Override
    public int size() {
      return size;
    }

    @Override
    public String id(int index) {
      return "n" + index;
    }

    @Override
    public Image image(int index, Instant publishedAt) throws IOException {
      Exception failure = bad.get(index);
      if (failure instanceof IOException io) {
        throw io;
      }
      if (failure instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      Image image = SceneImages.image(SceneSpace.PUBLISHED.generator(1).scene(index), publishedAt);
      image.setImageId("n" + index);
      List<ImageObject> all = new ArrayList<>();
      for (int i = 0; i < (index == 3 ? objects : 1); i++) {
        all.add(
            ImageObject.newBuilder()
                .setCategory("a category with a name that is long " + i)
                .setBbox(new BoundingBox(1.0, 2.0, 3.0, 4.0))
                .setAttributes(Map.of())
                .build());
      }
      image.setObjects(all);
      return image;
    }
  }

  @BeforeEach
  void addTopics() {
    world.cluster.addTopics(2);
  }

  private PublisherLoop loop(boolean strict) {
    return new PublisherLoop(
        new ImagePublisherConfig("test", 4, 2, 16_384, strict),
        new Numbered(),
        world.parts(),
        meters);
  }

  private void run(boolean strict, int steps) throws Exception {
    try (PublisherLoop loop = loop(strict)) {
      for (int i = 0; i < steps; i++) {
        loop.step();
      }
    }
  }

  private List<String> published() {
    return world.cluster.visible(IMAGES).stream().map(EventSerde::key).sorted().toList();
  }

  private double counted(String name) {
    return meters.counter(name).count();
  }

  @Test
  void step_set_isPublishedWholeAndOnce() throws Exception {
    run(false, 20);
    run(false, 20);
    assertThat(published()).containsExactly("n0", "n1", "n2", "n3", "n4", "n5");
    assertThat(counted("dataengine.images.published")).isEqualTo(6);
    assertThat(counted("dataengine.images.left.out")).isZero();
  }

  @Test
  void step_badImagesAmongGood_areLeftOutAtEveryStartAndTheOthersPublished() throws Exception {
    bad.put(0, new IOException("a.png: expected PNG"));
    bad.put(2, new IllegalArgumentException("odd"));
    bad.put(5, new java.nio.BufferUnderflowException());
    run(false, 20);
    assertThat(published()).containsExactly("n1", "n3", "n4");
    assertThat(counted("dataengine.images.left.out")).isEqualTo(3);
    bad.remove(2);
    run(false, 20);
    assertThat(published()).containsExactly("n1", "n2", "n3", "n4");
  }

  @Test
  void step_badImageWhereStrict_endsWithItsName() {
    bad.put(2, new IOException("c.png: expected PNG"));
    assertThatThrownBy(() -> run(true, 20))
        .isInstanceOf(MisconfiguredException.class)
        .hasMessage("image n2 cannot be published: c.png: expected PNG");
    assertThat(published()).containsExactly("n0", "n1");
  }

  @Test
  void step_annotationLargerThanARecord_isLeftOut() throws Exception {
    objects = 12_500; // more than we send, less than the broker refuses
    run(false, 20);
    assertThat(published()).containsExactly("n0", "n1", "n2", "n4", "n5");
    assertThat(counted("dataengine.images.left.out")).isEqualTo(1);
  }

  /** A broker may be set to take less than Kafka's default. */
  @Test
  void step_brokerTakesNoRecordOfTheSize_isLeftOut() throws Exception {
    int[] sends = {0};
    world.cluster.faults(
        ask -> {
          if (ask == Ask.SEND && ++sends[0] == 2) {
            throw new RecordTooLargeException("more than 1000");
          }
        });
    run(false, 20);
    assertThat(published()).containsExactly("n0", "n2", "n3", "n4", "n5");
    assertThat(counted("dataengine.images.left.out")).isEqualTo(1);
  }

  @Test
  void step_brokerAwayAnywhere_losesAndDoublesNothing() throws Exception {
    for (Ask at : List.of(Ask.PARTITIONS, Ask.POLL, Ask.POSITION, Ask.OFFSETS, Ask.SEND)) {
      int[] left = {3};
      world.cluster.faults(
          ask -> {
            if (ask == at && left[0]-- > 0) {
              throw new TimeoutException("no answer");
            }
          });
      size++;
      run(false, 20);
      assertThat(published()).as("with %s away", at).hasSize(size).doesNotHaveDuplicates();
    }
    assertThat(world.health.status().outages()).isPositive();
  }

  @Test
  void step_registryAway_isWaitedForInReplayAndBeforeTheFirst() throws Exception {
    run(false, 3);
    try (PublisherLoop loop =
        new PublisherLoop(
            new ImagePublisherConfig("test", 4, 2, 16_384, false),
            new Numbered(),
            world.parts(Registries.awayFor(4, world.registry)),
            meters)) {
      for (int i = 0; i < 20; i++) {
        loop.step();
      }
    }
    assertThat(published()).containsExactly("n0", "n1", "n2", "n3", "n4", "n5");
  }

  @Test
  void step_sourceWithoutEnd_isFastFirstThenPacedAndPassesOverWhatIsThere() throws Exception {
    size = ImageSource.ENDLESS;
    try (PublisherLoop loop = loop(false)) {
      for (int i = 0; i < 5; i++) {
        loop.step();
      }
      assertThat(published()).hasSize(4);
      long begun = world.time.nanos();
      while (world.time.nanos() - begun < 10_000_000_000L) {
        loop.step();
      }
      assertThat(published()).as("at 2 a second").hasSizeBetween(23, 25);
    }
    int before = published().size();
    run(false, before + 1);
    assertThat(published()).doesNotHaveDuplicates().hasSize(before);
  }

  @Test
  void step_sourceWithoutEnd_isPacedEvenly() throws Exception {
    size = ImageSource.ENDLESS;
    List<Long> millis = new ArrayList<>();
    try (PublisherLoop loop = loop(false)) {
      loop.step();
      while (published().size() < 4) {
        loop.step();
      }
      long begun = world.time.nanos();
      while (published().size() < 9) {
        int before = published().size();
        loop.step();
        if (published().size() > before) {
          millis.add((world.time.nanos() - begun) / 1_000_000);
        }
      }
    }
    assertThat(millis).containsExactly(500L, 1_000L, 1_500L, 2_000L, 2_500L);
  }

  @Test
  void step_sourceWithoutEndAndNoPace_endsWithTheFirstImages() throws Exception {
    size = ImageSource.ENDLESS;
    try (PublisherLoop loop =
        new PublisherLoop(
            new ImagePublisherConfig("test", 4, 0, 16_384, false),
            new Numbered(),
            world.parts(),
            meters)) {
      assertThat(loop.isStarted()).isFalse();
      for (int i = 0; i < 20; i++) {
        loop.step();
        assertThat(loop.isStarted()).isTrue();
      }
    }
    assertThat(published()).containsExactly("n0", "n1", "n2", "n3");
  }

  /** Where nobody answers what became of images, no more are handed over. */
  @Test
  void step_imageThatTheBrokerNeverTakes_isNotForgottenBehindOthers() throws Exception {
    try (PublisherLoop loop = loop(false)) {
      loop.step();
      loop.wake(); // nothing waits: nothing to wake
      world.cluster.faults(
          ask -> {
            if (ask == Ask.SEND) {
              throw new org.apache.kafka.common.errors.TopicAuthorizationException("not for us");
            }
          });
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 20; i++) {
                  loop.step();
                }
              })
          .hasMessageContaining("not for us");
    } catch (org.apache.kafka.common.errors.TopicAuthorizationException e) {
      // closing says it once more
    }
    assertThat(published()).isEmpty();
  }

  @Test
  void step_imageTakenBack_comesAgainInASetButNotWithoutEnd() throws Exception {
    run(false, 20);
    world.cluster.append(Topic.IMAGES, 0, 0, "n1", null);
    run(false, 20);
    assertThat(published().stream().filter("n1"::equals)).hasSize(3); // image, tombstone, image
    size = ImageSource.ENDLESS;
    world.cluster.append(Topic.IMAGES, 0, 0, "n2", null);
    run(false, 8);
    assertThat(published().stream().filter("n2"::equals)).hasSize(2);
  }
}
