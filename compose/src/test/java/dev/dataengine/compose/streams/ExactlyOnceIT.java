package dev.dataengine.compose.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.streams.WeightsService;
import dev.dataengine.topics.Topic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every result counts once and every bad case is written once, through kills, rebalances and
 * restores. Without exactly-once transactions these fail.
 */
final class ExactlyOnceIT {

  private static final Results RESULTS = new Results(3_000);

  /** So many that there is always something under way when an instance is killed. */
  private static final Results MANY = new Results(100_000);

  @TempDir private Path directory;
  private Cluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = new Cluster(directory);
    for (long version = 0; version < 5; version++) {
      cluster.announce(Results.announcement(version));
    }
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void instanceKilledWhileItCounts_nothingIsLostOrDoubled() throws Exception {
    for (long version = 0; version < 3; version++) {
      cluster.send(MANY.version(version));
    }
    for (int kill = 0; kill < 4; kill++) {
      try (WeightsProcess process = process("state", 2, 0)) {
        awaitMoreBadCases(process, 4_000);
        process.kill();
      }
      // Else it would have been killed at rest.
      assertThat(cluster.end(Topic.BAD_CASES.topicName())).isLessThan(100_000);
    }
    try (WeightsService last = service("state", 2, 0)) {
      last.start();
      MANY.check(cluster, 0, 1, 2);
      MANY.checkExactlyOnce(cluster, 0, 1, 2);
    }
  }

  @Test
  void secondInstanceComesAndGoes_nothingIsLostOrDoubled() throws Exception {
    Thread results = sendInTheBackground();
    try (WeightsService first = service("first", 1, 0)) {
      first.start();
      for (int time = 0; time < 2; time++) {
        try (WeightsService second = service("second", 1, 0)) {
          second.start();
          awaitMoreBadCases(null, 1);
          Thread.sleep(3_000);
        }
      }
      results.join();
      RESULTS.check(cluster, 0, 1, 2);
      RESULTS.checkExactlyOnce(cluster, 0, 1, 2);
    }
  }

  @Test
  void oneOfTwoInstancesKilledWithAStandby_theOtherGoesOn() throws Exception {
    killOneOfTwo(1);
  }

  @Test
  void oneOfTwoInstancesKilledWithoutAStandby_theOtherRestores() throws Exception {
    killOneOfTwo(0);
  }

  private void killOneOfTwo(int standbys) throws Exception {
    cluster.send(RESULTS.version(0));
    try (WeightsService stays = service("stays", 1, standbys)) {
      stays.start();
      RESULTS.check(cluster, 0);
      try (WeightsProcess second = process("killed", 1, standbys)) {
        killSecond(second, standbys);
      }
      cluster.send(RESULTS.version(1, 1_500, 3_000));
      // Answered again: only those that were restored know that these are no news.
      cluster.send(RESULTS.version(1, 0, 500));
      cluster.send(RESULTS.version(2));
      RESULTS.check(cluster, 0, 1, 2);
      RESULTS.checkExactlyOnce(cluster, 0, 1, 2);
    }
  }

  private void killSecond(WeightsProcess second, int standbys) throws Exception {
    int all = cluster.partitions(Topic.EVALUATION_RESULTS);
    Cluster.eventually(
        Duration.ofSeconds(30),
        "the second instance's share",
        () -> {
          int has = counting(directory.resolve("killed"));
          return standbys == 0 ? has > 0 : has == all;
        });
    if (standbys == 0) {
      assertThat(counting(directory.resolve("killed"))).isLessThan(all);
    }
    assertThat(second.isAlive()).isTrue();
    cluster.send(RESULTS.version(1, 0, 1_500));
    awaitMoreBadCases(second, 1);
    second.kill();
  }

  /** Partitions whose answers an instance has on its disk, counting them or as a standby. */
  private static int counting(Path state) throws Exception {
    if (!Files.exists(state)) {
      return 0;
    }
    try (Stream<Path> files = Files.find(state, 6, (file, is) -> file.endsWith("questions"))) {
      return (int) files.count();
    } catch (UncheckedIOException e) {
      return 0; // a directory went while it was looked at
    }
  }

  @Test
  void stateDirectoryThrownAway_isRestoredFromTheChangelogs() throws Exception {
    cluster.send(RESULTS.version(0));
    try (WeightsService first = service("state", 2, 0)) {
      first.start();
      RESULTS.check(cluster, 0);
    }
    delete(directory.resolve("state"));
    cluster.send(RESULTS.version(0));
    cluster.send(RESULTS.version(1));
    try (WeightsService second = service("state", 2, 0)) {
      second.start();
      RESULTS.check(cluster, 0, 1);
      RESULTS.checkExactlyOnce(cluster, 0, 1);
    }
  }

  private Thread sendInTheBackground() {
    Thread thread =
        new Thread(
            () -> {
              for (long version = 0; version < 3; version++) {
                for (int from = 0; from < 3_000; from += 100) {
                  cluster.send(RESULTS.version(version, from, from + 100));
                  try {
                    Thread.sleep(300);
                  } catch (InterruptedException e) {
                    return;
                  }
                }
              }
            });
    thread.start();
    return thread;
  }

  /** Until so many were written since the call. */
  private void awaitMoreBadCases(
      @org.jspecify.annotations.Nullable WeightsProcess process, long more) throws Exception {
    long before = cluster.end(Topic.BAD_CASES.topicName());
    AtomicBoolean died = new AtomicBoolean();
    Cluster.eventually(
        Duration.ofSeconds(60),
        "bad cases",
        () -> {
          died.set(process != null && !process.isAlive());
          return died.get() || cluster.end(Topic.BAD_CASES.topicName()) > before + more;
        });
    assertThat(died).isFalse();
  }

  private WeightsService service(String state, int threads, int standbys) {
    return new WeightsService(
        cluster.weights(state, threads, standbys), cluster.connection(), new SimpleMeterRegistry());
  }

  private WeightsProcess process(String state, int threads, int standbys) throws Exception {
    return WeightsProcess.start(
        cluster.connection(),
        cluster.weights(state, threads, standbys),
        directory.resolve("output.txt"));
  }

  static void delete(Path directory) throws Exception {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
