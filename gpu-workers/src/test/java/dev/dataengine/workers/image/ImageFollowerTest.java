package dev.dataengine.workers.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dataengine.benchmark.Sha256;
import dev.dataengine.events.Image;
import dev.dataengine.failure.Health;
import dev.dataengine.failure.Patience;
import dev.dataengine.failure.StoppedException;
import dev.dataengine.serde.DeadLetters;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.workers.cluster.FakeCluster;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFollowerTest {

  private static final String TOPIC = "images";
  private static final String LETTERS = "images.dead-letter";

  @TempDir Path temp;
  private final FakeCluster cluster = new FakeCluster().topic(TOPIC, 2);
  private final EventSerde<Image> serde =
      EventSerde.of(Image.class, new MockSchemaRegistryClient());
  private final Health health = new Health();
  private boolean running = true;

  private ImageFollower open() throws IOException {
    return ImageFollower.open(
        cluster,
        "worker",
        serde,
        new Patience(() -> running, health, (pause, still) -> still.getAsBoolean()),
        DeadLetters.through("trainer", cluster.producer("letters", java.util.Map.of())),
        temp.resolve("images.cache"),
        new ImageResolver(List.of(temp), 1_000));
  }

  private static String sha256(String text) {
    return Sha256.hex(text.getBytes(UTF_8));
  }

  private void publish(int partition, String id, String sha256, String bytes) {
    cluster.append(TOPIC, partition, id, event(id, sha256, bytes));
  }

  private byte[] event(String id, String bytes) {
    return event(id, sha256(bytes), bytes);
  }

  private byte[] event(String id, String sha256, String bytes) {
    return serde.serialize(
        TOPIC,
        Image.newBuilder()
            .setImageId(id)
            .setBytes(ByteBuffer.wrap(bytes.getBytes(UTF_8)))
            .setSha256(sha256)
            .setWidth(1)
            .setHeight(1)
            .setSource("test")
            .setPublishedAt(Instant.EPOCH)
            .build());
  }

  private List<String> reasons() {
    return cluster.records(LETTERS).stream().map(ImageFollowerTest::reason).toList();
  }

  private static String reason(ConsumerRecord<byte[], byte[]> letter) {
    return new String(letter.headers().lastHeader("dataengine.reason").value(), UTF_8);
  }

  @Test
  void read_imageUnderAnothersSha256_isRefusedAndTheRightOneStays() throws Exception {
    publish(0, "a", sha256("right"), "right");
    publish(0, "a", sha256("right"), "wrong");
    publish(1, "b", sha256("b"), "b");
    try (ImageFollower images = open()) {
      assertThat(images.sha256("b", sha256("b"))).contains(sha256("b"));
      assertThat(images.read("a")).asString(UTF_8).isEqualTo("right");
    }

    assertThat(reasons())
        .singleElement()
        .asString()
        .contains("expected the sha256 " + sha256("right"))
        .contains(sha256("wrong"));
  }

  @Test
  void open_again_letterAboutABadRecordIsWrittenOnce() throws Exception {
    cluster.append(TOPIC, 0, "a", "no event".getBytes(UTF_8));
    publish(0, "b", sha256("b"), "b");
    for (int start = 0; start < 3; start++) {
      try (ImageFollower images = open()) {
        assertThat(images.sha256("b", sha256("b"))).isPresent();
        images.commit();
      }
    }

    assertThat(reasons()).hasSize(1);
  }

  /** As after partitions were added; whichever of both is read last. */
  @Test
  void sha256_imageInTwoPartitions_isTheLaterOne() throws Exception {
    cluster.append(TOPIC, 0, 20, "a", event("a", "new"));
    cluster.append(TOPIC, 1, 10, "a", event("a", "old"));
    cluster.append(TOPIC, 0, 10, "d", event("d", "old"));
    cluster.append(TOPIC, 1, 20, "d", event("d", "new"));
    cluster.append(TOPIC, 0, 20, "b", null);
    cluster.append(TOPIC, 1, 10, "b", event("b", "old"));
    cluster.append(TOPIC, 0, 10, "e", event("e", "old"));
    cluster.append(TOPIC, 1, 20, "e", null);
    cluster.append(TOPIC, 1, 30, "c", event("c", "new"));
    cluster.append(TOPIC, 1, 20, "c", event("c", "of a clock that went back"));
    try (ImageFollower images = open()) {
      assertThat(images.sha256("a", sha256("new"))).contains(sha256("new"));
      assertThat(images.sha256("d", sha256("new"))).contains(sha256("new"));
      assertThat(images.sha256("b", sha256("old"))).isEmpty();
      assertThat(images.sha256("e", sha256("old"))).isEmpty();
      assertThat(images.read("c")).asString(UTF_8).isEqualTo("of a clock that went back");
    }
  }

  @Test
  void sha256_removedImage_isGone() throws Exception {
    publish(0, "a", sha256("a"), "a");
    cluster.append(TOPIC, 0, "a", null);
    try (ImageFollower images = open()) {
      assertThat(images.sha256("a", sha256("a"))).isEmpty();
    }
    assertThat(reasons()).isEmpty();
  }

  @Test
  void sha256_brokerAwayAtEveryCall_isWaitedOut() throws Exception {
    health.running();
    publish(0, "a", sha256("a"), "a");
    publish(1, "b", sha256("b"), "b");
    try (ImageFollower images = open()) {
      for (int i = 0; i < 20; i++) {
        cluster.failing(new TimeoutException("away"));
      }
      assertThat(images.sha256("a", sha256("a"))).contains(sha256("a"));
      assertThat(images.sha256("b", sha256("b"))).contains(sha256("b"));
    }
    assertThat(health.status().outages()).isPositive();
    assertThat(health.status().state()).isEqualTo(Health.State.RUNNING);
  }

  /** Partitions are looked for every ten seconds; an image that is there is not said to be gone. */
  @Test
  void sha256_imageInAPartitionAddedThisMoment_isRead() throws Exception {
    publish(0, "a", sha256("a"), "a");
    try (ImageFollower images = open()) {
      assertThat(images.sha256("a", sha256("a"))).isPresent();
      cluster.topic(TOPIC, 3);
      publish(2, "b", sha256("b"), "b");
      assertThat(images.sha256("b", sha256("b"))).contains(sha256("b"));
      assertThat(images.sha256("c", sha256("c"))).isEmpty();
    }
  }

  @Test
  void sha256_imagePublishedLater_isRead() throws Exception {
    publish(0, "a", sha256("a"), "a");
    try (ImageFollower images = open()) {
      assertThat(images.sha256("a", sha256("a"))).isPresent();
      publish(0, "b", sha256("b"), "b");
      assertThat(images.sha256("b", sha256("b"))).contains(sha256("b"));
    }
  }

  @Test
  void sha256_stoppedBeforeTheEnd_saysSoRatherThanThatTheImageIsNotThere() throws Exception {
    publish(0, "a", sha256("a"), "a");
    try (ImageFollower images = open()) {
      running = false;

      assertThatThrownBy(() -> images.sha256("a", sha256("a")))
          .isInstanceOf(StoppedException.class);
    }
  }
}
