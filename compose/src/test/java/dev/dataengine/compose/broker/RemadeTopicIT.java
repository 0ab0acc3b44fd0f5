package dev.dataengine.compose.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.clients.KafkaClients;
import dev.dataengine.compose.data.Ports;
import dev.dataengine.config.ConnectionConfig;
import dev.dataengine.failure.Health;
import dev.dataengine.failure.Patience;
import dev.dataengine.follow.TopicFollower;
import dev.dataengine.topics.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Kafka's own consumer does where its topic is deleted and made again, and what we do. */
@Timeout(120)
final class RemadeTopicIT {

  private static final String TOPIC = Topic.IMAGES.topicName();
  private static final int BEFORE = 5;

  @TempDir private Path directory;
  private EmbeddedBroker broker;
  private KafkaClients clients;
  private Admin admin;

  @BeforeEach
  void start() {
    broker =
        new EmbeddedBroker(
            BrokerConfig.defaults(), directory, new Ports(directory.resolve("ports")));
    broker.start();
    clients =
        KafkaClients.of(new ConnectionConfig(broker.bootstrapServers(), "http://127.0.0.1:1"));
    admin = clients.admin("test");
  }

  @AfterEach
  void stop() {
    admin.close();
    broker.close();
  }

  private void make(int partitions) throws Exception {
    while (true) {
      try {
        admin
            .createTopics(List.of(new NewTopic(TOPIC, Optional.of(partitions), Optional.empty())))
            .all()
            .get();
        return;
      } catch (java.util.concurrent.ExecutionException e) {
        assertThat(e).hasCauseInstanceOf(TopicExistsException.class); // it is being deleted
        Thread.sleep(50);
      }
    }
  }

  private void write(String prefix, int count) {
    try (Producer<byte[], byte[]> producer = clients.producer("writer", Map.of())) {
      for (int i = 0; i < count; i++) {
        byte[] text = (prefix + i).getBytes(UTF_8);
        var unused = producer.send(new ProducerRecord<>(TOPIC, 0, text, text));
      }
      producer.flush();
    }
  }

  /** Shorter than it was, as long, and longer. */
  @ParameterizedTest
  @ValueSource(ints = {2, BEFORE, 9})
  void toEnd_topicMadeAnew_readsAllThatIsThere(int count) throws Exception {
    make(2);
    write("old-", BEFORE);
    Set<TopicPartition> restarted = new HashSet<>();
    List<String> read = new ArrayList<>();
    try (TopicFollower follower =
        new TopicFollower(
                clients.consumer("reader", Map.of("group.id", "reader")),
                clients.topicIds("reader-topics"),
                List.of(Topic.IMAGES),
                new Patience(() -> true, new Health()),
                /* remembers= */ true,
                Duration.ofMillis(200),
                System::nanoTime)
            .onRestart(restarted::addAll)) {
      follower.toEnd(record -> read.add(new String(record.value(), UTF_8)));
      assertThat(read).hasSize(BEFORE);
      read.clear();

      admin.deleteTopics(List.of(TOPIC)).all().get();
      make(1);
      write("new-", count);
      Thread.sleep(300); // it is looked for now and then
      follower.toEnd(
          record -> {
            assertThat(follower.isNew(record)).isTrue();
            read.add(new String(record.value(), UTF_8));
          });
    }

    assertThat(read)
        .hasSize(count)
        .doesNotHaveDuplicates()
        .allMatch(text -> text.startsWith("new-"));
    assertThat(restarted).hasSize(2);
  }
}
