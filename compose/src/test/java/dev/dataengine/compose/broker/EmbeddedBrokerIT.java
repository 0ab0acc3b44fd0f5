package dev.dataengine.compose.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dataengine.compose.data.Ports;
import dev.dataengine.config.ConnectionConfig;
import dev.dataengine.failure.Health;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedBrokerIT {

  @TempDir private Path directory;

  @Test
  void start_afterClose_keepsAddressClusterAndData() throws Exception {
    String address;
    String cluster;
    try (EmbeddedBroker first = broker()) {
      first.start();
      address = first.bootstrapServers();
      cluster = clusterId(address);
      produceInTransaction(address, "a", "b");
    }

    long began = System.nanoTime();
    try (EmbeddedBroker second = broker()) {
      second.start();
      Duration startup = Duration.ofNanos(System.nanoTime() - began);

      assertThat(second.bootstrapServers()).isEqualTo(address);
      assertThat(clusterId(address)).isEqualTo(cluster);
      assertThat(read(address, 2)).containsExactly("a", "b");
      assertThat(startup).isLessThan(Duration.ofSeconds(10));
      began = System.nanoTime();
    }
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void construct_fixedPortTaken_saysWhichPort() throws Exception {
    try (java.net.ServerSocket taken =
        new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
      BrokerConfig config = new BrokerConfig(taken.getLocalPort(), 0, Map.of());

      assertThatThrownBy(() -> new EmbeddedBroker(config, directory, ports()))
          .hasMessage(
              "port "
                  + taken.getLocalPort()
                  + " for the broker is taken; free it or choose another");
    }
  }

  @Test
  void start_diskFails_endsWithTheReasonInsteadOfTheProcess() throws Exception {
    BrokerConfig config =
        new BrokerConfig(0, 0, Map.of("log.flush.offset.checkpoint.interval.ms", "200"));
    try (EmbeddedBroker broker = new EmbeddedBroker(config, directory, ports())) {
      broker.start();
      produceInTransaction(broker.bootstrapServers(), "a");
      Files.move(directory.resolve("logs"), directory.resolve("away"));

      assertThat(broker.termination())
          .failsWithin(Duration.ofSeconds(30))
          .withThrowableThat()
          .withMessageContaining("the broker gave up")
          .withMessageContaining(directory.toString());
      assertThat(broker.health().status().state()).isEqualTo(Health.State.FAILED);
    }
  }

  private EmbeddedBroker broker() {
    return new EmbeddedBroker(BrokerConfig.defaults(), directory, ports());
  }

  private Ports ports() {
    return new Ports(directory.resolve("ports.properties"));
  }

  private static String clusterId(String address) throws Exception {
    try (Admin admin = Admin.create(connection(address).client("test"))) {
      return admin.describeCluster().clusterId().get();
    }
  }

  private static void produceInTransaction(String address, String... values) throws Exception {
    try (Admin admin = Admin.create(connection(address).client("test"))) {
      admin.createTopics(List.of(new NewTopic("t", 1, (short) 1))).all().get();
    }
    Map<String, Object> settings = connection(address).producer("test");
    settings.put("transactional.id", "test");
    try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings)) {
      producer.initTransactions();
      producer.beginTransaction();
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (String value : values) {
        sent.add(producer.send(new ProducerRecord<>("t", value.getBytes(StandardCharsets.UTF_8))));
      }
      producer.commitTransaction();
      for (Future<RecordMetadata> record : sent) {
        record.get();
      }
    }
  }

  private static List<String> read(String address, int count) {
    List<String> values = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(connection(address).consumer("test"))) {
      consumer.assign(List.of(new TopicPartition("t", 0)));
      long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (values.size() < count && System.nanoTime() < deadline) {
        consumer
            .poll(Duration.ofMillis(200))
            .forEach(record -> values.add(new String(record.value(), StandardCharsets.UTF_8)));
      }
    }
    return values;
  }

  private static ConnectionConfig connection(String address) {
    return new ConnectionConfig(address, "http://127.0.0.1:1");
  }
}
