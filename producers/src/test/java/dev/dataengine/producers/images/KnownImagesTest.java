package dev.dataengine.producers.images;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.events.BadCase;
import dev.dataengine.events.Image;
import dev.dataengine.producers.loop.FakeWorld;
import dev.dataengine.producers.loop.Registries;
import dev.dataengine.producers.scenes.SceneImages;
import dev.dataengine.producers.scenes.SceneSpace;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.topics.Topic;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KnownImagesTest {

  private final FakeWorld world = new FakeWorld();
  private final SchemaRegistryClient registry = world.registry;
  private final EventSerde<Image> serde = EventSerde.of(Image.class, registry);
  private final Image image =
      SceneImages.image(SceneSpace.PUBLISHED.generator(1).scene(0), Instant.EPOCH);
  private final byte[] event = serde.serialize(Topic.IMAGES.topicName(), image);

  @BeforeEach
  void addTopic() {
    world.cluster.add(Topic.IMAGES.topicName(), 1);
  }

  private void append(String key, byte @Nullable [] value) {
    world.cluster.append(Topic.IMAGES, 0, 0, key, value);
  }

  private Map<String, Integer> read(SchemaRegistryClient from) throws Exception {
    return KnownImages.read(
        world.cluster.consumer("", Map.of()), EventSerde.of(Image.class, from), world.parts(from));
  }

  @Test
  void read_imageAndTombstone_areBothKnown() throws Exception {
    append("a", event);
    append("b", event);
    append("b", null);

    assertThat(read(registry))
        .containsOnly(Map.entry("a", KnownImages.fingerprint(image)), Map.entry("b", 0));
  }

  /** No bytes, no magic byte, an unknown schema, another event, a text of negative length. */
  @Test
  void read_recordsThatAreNoImages_areAsIfNotThere() throws Exception {
    byte[] brokenNumber = Arrays.copyOf(event, 20);
    Arrays.fill(brokenNumber, 5, 20, (byte) 0xff);
    byte[] cutShort = Arrays.copyOf(event, event.length / 2);
    byte[] otherEvent = EventSerde.of(BadCase.class, registry).serialize("other", badCase());
    for (byte[] broken :
        List.of(
            new byte[0],
            new byte[] {0x7b, 0x7d},
            new byte[] {0, 0, 0, 0x7f, 0},
            otherEvent,
            brokenNumber,
            cutShort)) {
      append("broken", event);
      append("broken", broken);
    }
    append("a", event);

    assertThat(read(registry)).containsOnlyKeys("a");
  }

  @Test
  void read_registryAwayForAWhile_isWaitedFor() throws Exception {
    append("a", event);

    assertThat(read(Registries.awayFor(2, registry))).containsOnlyKeys("a");
  }

  private static BadCase badCase() {
    return BadCase.newBuilder()
        .setBadCaseId("b")
        .setBenchmark("scenes")
        .setModel("m")
        .setModelVersion(1)
        .setQuestionId("q")
        .setImageId("i")
        .setQuestion("?")
        .setQuestionType("t")
        .setChoices(List.of("a", "b"))
        .setDirectAnswers(List.of())
        .setScore(0)
        .setEvaluatedAt(Instant.EPOCH)
        .build();
  }
}
