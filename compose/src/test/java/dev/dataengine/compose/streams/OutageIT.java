package dev.dataengine.compose.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.failure.Health;
import dev.dataengine.streams.WeightsService;
import dev.dataengine.topics.Topic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parts outside that are away, records that are bad, and rest. */
final class OutageIT {

  private static final Results RESULTS = new Results(400);

  @TempDir private Path directory;
  private Cluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = new Cluster(directory);
    cluster.announce(Results.announcement(3));
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {Front.SILENT, 429, 503})
  void registryAway_isWaitedFor(int manner) throws Exception {
    cluster.send(RESULTS.version(0));
    try (Front front = new Front(cluster.registryUrl(), manner);
        WeightsService service = service(front.url())) {
      service.start();
      if (manner != Front.SILENT) {
        Cluster.eventually(
            Duration.ofSeconds(40), "waiting", () -> state(service) == Health.State.WAITING);
      } else {
        Thread.sleep(3_000);
      }
      assertThat(service.termination()).isNotDone();

      front.manner(Front.PASS_ON);

      RESULTS.check(cluster, 0);
      Cluster.eventually(
          Duration.ofSeconds(20), "running", () -> state(service) == Health.State.RUNNING);
      RESULTS.checkExactlyOnce(cluster, 0);
    }
  }

  @Test
  void registryGoesAwayAmidWork_costsAThreadAndNothingElse() throws Exception {
    cluster.send(RESULTS.version(0));
    try (Front front = new Front(cluster.registryUrl(), Front.PASS_ON);
        WeightsService service = service(front.url())) {
      service.start();
      RESULTS.check(cluster, 0);
      Cluster.eventually(
          Duration.ofSeconds(20), "running", () -> state(service) == Health.State.RUNNING);
      front.manner(503);
      cluster.sendAsOfALaterRelease(RESULTS.version(1));
      Cluster.eventually(
          Duration.ofSeconds(20), "waiting", () -> state(service) == Health.State.WAITING);
      assertThat(threads()).as("the thread that failed, in another's place").hasSize(2);
      front.manner(Front.PASS_ON);

      RESULTS.check(cluster, 0, 1);
      Cluster.eventually(
          Duration.ofSeconds(20), "running", () -> state(service) == Health.State.RUNNING);
      RESULTS.checkExactlyOnce(cluster, 0, 1);
      assertThat(service.health().status().restarts()).isZero();
    }
  }

  @Test
  void brokerRestarted_countsOn() throws Exception {
    try (WeightsService service = service(cluster.registryUrl())) {
      service.start();
      cluster.send(RESULTS.version(0));
      RESULTS.check(cluster, 0);
      cluster.stopTheBroker();
      Thread.sleep(3_000);
      cluster.startTheBroker();
      cluster.send(RESULTS.version(1));

      RESULTS.check(cluster, 0, 1);
      RESULTS.checkExactlyOnce(cluster, 0, 1);
      assertThat(service.termination()).isNotDone();
    }
  }

  @Test
  void topicsNotThereYet_areWaitedFor() throws Exception {
    try (Admin admin = cluster.admin()) {
      admin.deleteTopics(List.of(Topic.BAD_CASES.topicName())).all().get();
      try (WeightsService service = service(cluster.registryUrl())) {
        service.start();
        Cluster.eventually(
            Duration.ofSeconds(30), "waiting", () -> state(service) == Health.State.WAITING);
        admin
            .createTopics(
                List.of(
                    new org.apache.kafka.clients.admin.NewTopic(
                        Topic.BAD_CASES.topicName(), 4, (short) 1)))
            .all()
            .get();
        cluster.send(RESULTS.version(0));

        RESULTS.check(cluster, 0);
      }
    }
  }

  @Test
  void poisonAmongTheRecords_goesToTheDeadLettersOrIsLeftOut() throws Exception {
    cluster.send(withoutTime(record(Topic.MODEL_VERSIONS, "tiny", "no announcement")));
    cluster.send(withoutTime(record(Topic.EVALUATION_RESULTS, "q0", "no result")));
    RESULTS
        .version(0)
        .forEach(
            result ->
                cluster.send(
                    withoutTime(
                        cluster.results.record(
                            Topic.EVALUATION_RESULTS, result.getQuestionId(), result))));
    cluster.flush();
    try (WeightsService service = service(cluster.registryUrl())) {
      service.start();
      // Read by the thread that is at it already, too.
      cluster.send(withoutTime(record(Topic.MODEL_VERSIONS, "tiny", "nor this")));
      cluster.flush();
      RESULTS.check(cluster, 0);
      cluster.announce(Results.announcement(4));
      cluster.send(RESULTS.version(4));
      cluster.send(RESULTS.version(Long.MAX_VALUE - 1_000_000_000_000L, 0, 1));

      RESULTS.check(cluster, 0, 4);
      String letters = Topic.EVALUATION_RESULTS.deadLetterName();
      Cluster.eventually(
          Duration.ofSeconds(20), "letters", () -> cluster.records(letters).size() == 2);
      assertThat(cluster.records(letters))
          .extracting(OutageIT::reason)
          .anyMatch(reason -> reason.contains("Unknown magic byte"))
          .anyMatch(reason -> reason.contains("which nobody announced within 2000 ms"));
      assertThat(service.health().status().restarts()).isZero();
    }
  }

  @Test
  void nothingToDo_nothingIsCommitted() throws Exception {
    cluster.send(RESULTS.version(0));
    try (WeightsService service = service(cluster.registryUrl())) {
      service.start();
      RESULTS.check(cluster, 0);
      Thread.sleep(2_000);
      Map<TopicPartition, Long> before = commits();

      Thread.sleep(3_000);

      assertThat(commits()).isEqualTo(before);
    }
  }

  /** Where the logs of commits and transactions end. */
  private Map<TopicPartition, Long> commits() throws Exception {
    try (Admin admin = cluster.admin()) {
      Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
      for (String topic : List.of("__consumer_offsets", "__transaction_state")) {
        admin
            .describeTopics(List.of(topic))
            .allTopicNames()
            .get()
            .forEach(
                (name, found) ->
                    found
                        .partitions()
                        .forEach(
                            p ->
                                asked.put(
                                    new TopicPartition(name, p.partition()), OffsetSpec.latest())));
      }
      Map<TopicPartition, Long> ends = new HashMap<>();
      admin
          .listOffsets(asked)
          .all()
          .get()
          .forEach((partition, info) -> ends.put(partition, info.offset()));
      return ends;
    }
  }

  /** Names of the threads that count. */
  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.matches(".*-StreamThread-\\d+"))
        .toList();
  }

  private WeightsService service(String registry) {
    return new WeightsService(
        cluster.weights("state", 2, 0), cluster.connection(registry), new SimpleMeterRegistry());
  }

  private static Health.State state(WeightsService service) {
    return service.health().status().state();
  }

  private static ProducerRecord<byte[], byte[]> record(Topic topic, String key, String value) {
    return new ProducerRecord<>(
        topic.topicName(),
        key.getBytes(StandardCharsets.UTF_8),
        value.getBytes(StandardCharsets.UTF_8));
  }

  /** As producers of other languages may send it; Kafka's own refuses to. */
  private static ProducerRecord<byte[], byte[]> withoutTime(ProducerRecord<byte[], byte[]> record) {
    try {
      Field timestamp = ProducerRecord.class.getDeclaredField("timestamp");
      timestamp.setAccessible(true);
      timestamp.set(record, -1L);
      return record;
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  private static String reason(ConsumerRecord<byte[], byte[]> letter) {
    return new String(
        letter.headers().lastHeader("dataengine.reason").value(), StandardCharsets.UTF_8);
  }
}
