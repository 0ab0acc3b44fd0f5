package dev.dataengine.compose.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.events.QuestionTypeStats;
import dev.dataengine.events.WeightUpdate;
import dev.dataengine.streams.WeightsService;
import dev.dataengine.topics.Topic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** State that is lost in part, or of a release that kept it otherwise. */
final class StateIT {

  private static final Results RESULTS = new Results(400);
  private static final String APPLICATION = "dataengine-weights";

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
  @ValueSource(booleans = {true, false})
  void changelogOfTheAnswersDeleted_resultsAreReadAgainAndNothingCountsTwice(boolean alsoTheDisk)
      throws Exception {
    countTwoVersions();
    delete(APPLICATION + "-questions-changelog", alsoTheDisk);

    cluster.send(RESULTS.version(1));
    try (WeightsService service = service()) {
      service.start();
      Cluster.eventually(
          Duration.ofSeconds(30),
          "the changelog",
          () -> {
            cluster.stats().values().forEach(s -> assertThat(s.getN()).isLessThanOrEqualTo(100));
            return counted(APPLICATION + "-questions-changelog") >= 400;
          });
      RESULTS.check(cluster, 0, 1);
      cluster.send(RESULTS.version(2));
      RESULTS.check(cluster, 0, 1, 2);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void changelogOfTheMergeDeleted_isFilledAgainByThePartitions(boolean alsoTheDisk)
      throws Exception {
    countTwoVersions();
    delete(APPLICATION + "-benchmarks-changelog", alsoTheDisk);

    try (WeightsService service = service()) {
      service.start();
      // the partition of one question counts on; what the others have, only they know now
      QuestionTypeStats before = statsOf(1, 8);
      cluster.send(List.of(RESULTS.again(1, 8, false, 1)));
      Cluster.eventually(
          Duration.ofSeconds(60),
          "the corrected statistics",
          () -> statsOf(1, 8).getErrors() != before.getErrors());
      assertThat(statsOf(1, 8).getErrors()).isEqualTo(before.getErrors() - 1);
      assertThat(statsOf(1, 8).getN()).isEqualTo(before.getN());
      cluster.send(List.of(RESULTS.again(1, 8, true, 2)));
      cluster.send(RESULTS.version(2));
      RESULTS.check(cluster, 0, 1, 2);
      assertThat(last().getModelVersion()).isEqualTo(2);
    }
  }

  @Test
  void stateDirectoryOfEarlier_catchesUpWithTheChangelogs() throws Exception {
    countTwoVersions();
    Path earlier = directory.resolve("earlier");
    copy(directory.resolve("state"), earlier);
    try (WeightsService service = service()) {
      service.start();
      cluster.send(RESULTS.version(2));
      RESULTS.check(cluster, 0, 1, 2);
    }
    ExactlyOnceIT.delete(directory.resolve("state"));
    copy(earlier, directory.resolve("state"));

    cluster.send(RESULTS.version(2));
    cluster.send(RESULTS.version(3));
    try (WeightsService service = service()) {
      service.start();
      RESULTS.check(cluster, 0, 1, 2, 3);
      RESULTS.checkExactlyOnce(cluster, 0, 1, 2, 3);
    }
  }

  /**
   * What release 0.1 left: positions at the end, changelogs with entries of its formats, records of
   * its keys. The results are read again; the sequence goes on.
   */
  @Test
  void stateOfTheRelease01_isReplacedInPlace() throws Exception {
    cluster.send(RESULTS.version(0));
    cluster.send(RESULTS.version(1));
    try (Admin admin = cluster.admin()) {
      for (String store : List.of("answers", "sums", "versions")) {
        changelog(admin, store, 4);
      }
      changelog(admin, "partials", 1);
      changelog(admin, "benchmarks", 1);
      admin
          .createTopics(List.of(new NewTopic(APPLICATION + "-partials-repartition", 1, (short) 1)))
          .all()
          .get();
      old("answers", "scenes\0" + "0000000000000001\0q1", OldFormats.ANSWER);
      old("sums", "scenes\0" + "0000000000000001\0type1", OldFormats.SUM);
      old("versions", "scenes", OldFormats.VERSIONS);
      old("partials", "scenes\0" + "0000000000000001\0type1\0" + "3", OldFormats.SUM);
      old("benchmarks", "scenes", OldFormats.BENCHMARK_STATE);
      cluster.send(
          new ProducerRecord<>(
              APPLICATION + "-partials-repartition",
              bytes("scenes"),
              HexFormat.of().parseHex(OldFormats.PARTIAL)));
      cluster.send(
          new ProducerRecord<>(
              Topic.QUESTION_TYPE_WEIGHTS.topicName(), bytes("scenes"), new byte[] {0}));
      cluster.flush();
      commitEnds(admin);
    }

    try (WeightsService service = service()) {
      service.start();
      RESULTS.check(cluster, 0, 1);
      cluster.send(RESULTS.version(2));
      RESULTS.check(cluster, 0, 1, 2);
      Cluster.eventually(
          Duration.ofSeconds(20), "the last update", () -> last().getModelVersion() == 2);
      List<WeightUpdate> updates = updates();
      assertThat(updates.get(0).getSequence()).isEqualTo(10);
      assertThat(cluster.records(Topic.QUESTION_TYPE_WEIGHTS.topicName()))
          .anyMatch(
              record ->
                  record.value() == null
                      && new String(record.key(), StandardCharsets.UTF_8).equals("scenes"));
      assertThat(service.health().status().restarts()).isZero();
    }
  }

  private void countTwoVersions() throws Exception {
    try (WeightsService service = service()) {
      service.start();
      cluster.send(RESULTS.version(0));
      cluster.send(RESULTS.version(1));
      RESULTS.check(cluster, 0, 1);
      Cluster.eventually(Duration.ofSeconds(20), "the last update", () -> last().getComplete());
    }
  }

  private WeightsService service() {
    return new WeightsService(
        cluster.weights("state", 2, 0), cluster.connection(), new SimpleMeterRegistry());
  }

  private List<WeightUpdate> updates() {
    return cluster.records(Topic.QUESTION_TYPE_WEIGHTS.topicName()).stream()
        .filter(record -> record.value() != null && record.value().length > 1)
        .map(record -> cluster.event(WeightUpdate.class, record))
        .toList();
  }

  /** Statistics of the type of a question. */
  private QuestionTypeStats statsOf(long version, int question) {
    return Objects.requireNonNull(
        cluster
            .stats()
            .get(
                "%s|%s|%d|type%d"
                    .formatted(Results.BENCHMARK, Results.MODEL, version, question % 4)));
  }

  private WeightUpdate last() {
    List<WeightUpdate> updates = updates();
    return updates.get(updates.size() - 1);
  }

  private void delete(String topic, boolean alsoTheDisk) throws Exception {
    try (Admin admin = cluster.admin()) {
      admin.deleteTopics(List.of(topic)).all().get();
    }
    if (alsoTheDisk) {
      ExactlyOnceIT.delete(directory.resolve("state"));
    }
  }

  private long counted(String topic) throws Exception {
    try (Admin admin = cluster.admin()) {
      return admin.listTopics().names().get().contains(topic) ? cluster.end(topic) : 0;
    }
  }

  private static void changelog(Admin admin, String store, int partitions) throws Exception {
    admin
        .createTopics(
            List.of(
                new NewTopic(name(store), Optional.of(partitions), Optional.empty())
                    .configs(Map.of("cleanup.policy", "compact"))))
        .all()
        .get();
  }

  private void old(String store, String key, String hex) {
    cluster.send(new ProducerRecord<>(name(store), 0, bytes(key), HexFormat.of().parseHex(hex)));
  }

  private static String name(String store) {
    return APPLICATION + "-" + store + "-changelog";
  }

  private static void commitEnds(Admin admin) throws Exception {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    for (int partition = 0; partition < 4; partition++) {
      asked.put(
          new TopicPartition(Topic.EVALUATION_RESULTS.topicName(), partition), OffsetSpec.latest());
    }
    asked.put(new TopicPartition(APPLICATION + "-partials-repartition", 0), OffsetSpec.latest());
    Map<TopicPartition, OffsetAndMetadata> ends = new HashMap<>();
    admin
        .listOffsets(asked)
        .all()
        .get()
        .forEach((partition, info) -> ends.put(partition, new OffsetAndMetadata(info.offset())));
    admin.alterConsumerGroupOffsets(APPLICATION, ends).all().get();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void copy(Path from, Path to) throws Exception {
    try (var files = java.nio.file.Files.walk(from)) {
      for (Path file : files.toList()) {
        java.nio.file.Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }
}
