package dev.dataengine.compose.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.compose.data.Ports;
import dev.dataengine.compose.registry.EmbeddedRegistry;
import dev.dataengine.compose.registry.RegistryConfig;
import dev.dataengine.config.ConnectionConfig;
import dev.dataengine.events.Image;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.topics.SchemaRegistration;
import dev.dataengine.topics.Topic;
import dev.dataengine.topics.TopicAdmin;
import dev.dataengine.topics.TopicDrift;
import dev.dataengine.topics.TopicLayout;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TopicsIT {

  @TempDir private static Path directory;
  private static EmbeddedBroker broker;
  private static Admin admin;

  @BeforeAll
  static void start() {
    broker =
        new EmbeddedBroker(
            BrokerConfig.defaults(), directory, new Ports(directory.resolve("ports")));
    broker.start();
    admin =
        Admin.create(
            new ConnectionConfig(broker.bootstrapServers(), "http://127.0.0.1:1").client("test"));
  }

  @AfterAll
  static void stop() {
    admin.close();
    broker.close();
  }

  @Test
  void createAndDiff_showWhatDiffers() throws Exception {
    assertThat(topics(TopicLayout.defaults()).diff())
        .contains(new TopicDrift("images", "topic", "present", "missing"));

    assertThat(topics(TopicLayout.defaults()).create())
        .contains("images", "images.dead-letter")
        .hasSize(2 * Topic.catalogue().size());
    assertThat(topics(TopicLayout.defaults()).diff()).isEmpty();
    assertThat(topics(TopicLayout.defaults()).create()).isEmpty();

    admin
        .incrementalAlterConfigs(
            Map.of(
                new ConfigResource(ConfigResource.Type.TOPIC, "images"),
                List.of(
                    new AlterConfigOp(
                        new ConfigEntry("cleanup.policy", "delete"), AlterConfigOp.OpType.SET))))
        .all()
        .get();
    awaitDrift("images");

    assertThat(topics(new TopicLayout(1, Map.of("vqa-samples", 8))).diff())
        .containsExactly(
            new TopicDrift("images", "cleanup.policy", "compact", "delete"),
            new TopicDrift("vqa-samples", "partitions", "8", "4"));
  }

  @Test
  void registerAll_givesTheIdsThatTheSerializersUse(@TempDir Path data) {
    try (EmbeddedRegistry registry =
        new EmbeddedRegistry(RegistryConfig.defaults(), data, new Ports(data.resolve("ports")))) {
      registry.start();
      SchemaRegistryClient client = EventSerde.registry(registry.url());

      Map<Topic, Integer> ids = SchemaRegistration.registerAll(client);

      EventSerde<Image> serde = EventSerde.of(Image.class, client);
      Image image =
          Image.newBuilder()
              .setImageId("i")
              .setSha256("0")
              .setWidth(1)
              .setHeight(1)
              .setSource("test")
              .setPublishedAt(Instant.EPOCH)
              .build();
      byte[] bytes = serde.serialize("images", image);
      assertThat(ids).hasSize(Topic.catalogue().size());
      assertThat(ByteBuffer.wrap(bytes).getInt(1)).isEqualTo(ids.get(Topic.IMAGES));
      assertThat(SchemaRegistration.registerAll(EventSerde.registry(registry.url())))
          .isEqualTo(ids);
    }
  }

  /** The broker applies what the controller has committed a little later. */
  private static void awaitDrift(String topic) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (topics(TopicLayout.defaults()).diff().stream().noneMatch(d -> d.topic().equals(topic))
        && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private static TopicAdmin topics(TopicLayout layout) {
    return new TopicAdmin(admin, layout, Duration.ofSeconds(20));
  }
}
