package dev.dataengine.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.dataengine.events.EvaluationResult;
import dev.dataengine.events.QuestionTypeStats;
import dev.dataengine.events.TypeWeight;
import dev.dataengine.events.WeightUpdate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterProperty;

/**
 * Whatever the order in which partitions are read, how often each result comes, with which restarts
 * and aborted transactions between: the statistics and weights are those of reading all results in
 * the order of time.
 */
class AnyOrderPropertyTest {

  private final List<Path> directories = new ArrayList<>();

  @Property(tries = 60, shrinking = ShrinkingMode.OFF)
  void partitionsReadInAnyOrder_giveWhatTheOrderOfTimeGives(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 16) int partitions) {
    Random random = new Random(seed);
    Story story = new Story(random);
    int kept = 1 + random.nextInt(3);
    String strategy = random.nextBoolean() ? "smoothed" : "error-rate";
    Configs configs = Configs.at(directory()).strategy(strategy).versions(kept, 100);
    try (PartitionedDriver driver = new PartitionedDriver(configs, partitions)) {
      story.announcements().forEach(driver::announce);
      List<List<EvaluationResult>> logs = logs(story.results(), driver, partitions);
      List<LateRule> rules = new ArrayList<>();
      logs.forEach(log -> rules.add(new LateRule(kept)));
      List<EvaluationResult> counted = new ArrayList<>();
      int changeKept = random.nextInt(4) == 0 ? story.results().size() / 2 : -1;
      Reading reading = new Reading(random, logs);
      for (int read = 0; reading.hasNext(); read++) {
        if (read == changeKept) {
          int other = 1 + random.nextInt(3);
          // What was read is committed first: what an aborted transaction read again would be
          // judged by the new number.
          for (int partition = 0; partition < partitions; partition++) {
            driver.tick(partition);
          }
          driver.restartWith(other);
          rules.forEach(rule -> rule.keep(other));
        }
        EvaluationResult result = reading.next();
        driver.send(result);
        if (!rules.get(driver.partitionOf(result.getQuestionId())).isLate(result)) {
          counted.add(result);
        }
        disturb(driver, random, partitions);
      }
      driver.settle();

      check(driver, strategy, counted);
    }
  }

  @Property(tries = 20, shrinking = ShrinkingMode.OFF)
  void announcementsAndStateLostOnTheWay_changeNothing(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int partitions) {
    Random random = new Random(seed);
    Story story = new Story(random);
    Configs configs =
        Configs.at(directory()).versions(20, 100).announcementWait(Long.MAX_VALUE / 2);
    try (PartitionedDriver driver = new PartitionedDriver(configs, partitions)) {
      List<List<EvaluationResult>> logs = logs(story.results(), driver, partitions);
      var announcements = new ArrayList<>(story.announcements());
      Reading reading = new Reading(random, logs);
      while (reading.hasNext()) {
        driver.send(reading.next());
        if (!announcements.isEmpty() && random.nextInt(story.results().size()) < 40) {
          driver.announce(announcements.remove(0));
        }
        disturb(driver, random, partitions);
        if (random.nextInt(150) == 0) {
          driver.loseMerge();
        }
      }
      announcements.forEach(driver::announce);
      int lost = random.nextInt(partitions);
      driver.settle();
      driver.loseAnswers(lost);
      for (EvaluationResult again : logs.get(lost)) {
        driver.send(again);
        disturb(driver, random, partitions);
        driver.stats().values().forEach(stats -> assertNeverTooMany(stats, story.results()));
      }
      driver.settle();

      check(driver, "smoothed", story.results());
    }
  }

  private static void assertNeverTooMany(QuestionTypeStats stats, List<EvaluationResult> results) {
    long distinct =
        results.stream()
            .filter(r -> r.getBenchmark().equals(stats.getBenchmark()))
            .filter(r -> r.getModel().equals(stats.getModel()))
            .filter(r -> r.getModelVersion() == stats.getModelVersion())
            .filter(r -> r.getQuestionType().equals(stats.getQuestionType()))
            .map(EvaluationResult::getQuestionId)
            .distinct()
            .count();
    assertThat(stats.getN()).isLessThanOrEqualTo(distinct);
  }

  private static void disturb(PartitionedDriver driver, Random random, int partitions) {
    int what = random.nextInt(60);
    if (what < 12) {
      driver.tick(random.nextInt(partitions));
    } else if (what == 12) {
      driver.resendLast();
    } else if (what == 13) {
      driver.restart(random.nextInt(partitions));
    } else if (what == 14) {
      driver.restartMerge();
    }
  }

  private static List<List<EvaluationResult>> logs(
      List<EvaluationResult> results, PartitionedDriver driver, int partitions) {
    List<List<EvaluationResult>> logs = new ArrayList<>();
    for (int partition = 0; partition < partitions; partition++) {
      logs.add(new ArrayList<>());
    }
    results.forEach(r -> logs.get(driver.partitionOf(r.getQuestionId())).add(r));
    return logs;
  }

  private static void check(
      PartitionedDriver driver, String strategy, List<EvaluationResult> counted) {
    Map<String, List<EvaluationResult>> pairs = new TreeMap<>();
    counted.forEach(
        r ->
            pairs
                .computeIfAbsent(r.getBenchmark() + "/" + r.getModel(), p -> new ArrayList<>())
                .add(r));
    Map<String, Oracle.Tuple> expected = new TreeMap<>();
    pairs.forEach(
        (pair, results) -> {
          Oracle oracle = new Oracle(strategy, results);
          oracle
              .statistics()
              .forEach((id, tuple) -> expected.put(pair.replace('/', '|') + "|" + id, tuple));
          check(driver.updates().get(pair), oracle);
        });
    Map<String, QuestionTypeStats> told = new TreeMap<>(driver.stats());
    told.values().removeIf(stats -> stats.getN() == 0);
    assertThat(told.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (id, tuple) -> {
          QuestionTypeStats stats = Objects.requireNonNull(told.get(id));
          assertThat(stats.getN()).as(id).isEqualTo(tuple.n());
          assertThat(stats.getErrors())
              .as(id)
              .isEqualTo(tuple.errors().doubleValue(), within(1e-12));
        });
  }

  private static void check(@org.jspecify.annotations.Nullable WeightUpdate update, Oracle oracle) {
    assertThat(update).isNotNull();
    Map<String, Double> weights = oracle.weights();
    Map<String, Double> probabilities = Oracle.probabilities(weights);
    assertThat(update.getModelVersion()).isEqualTo(oracle.newest());
    assertThat(update.getComplete()).isEqualTo(oracle.isComplete());
    Map<String, TypeWeight> types = update.getTypes();
    assertThat(types.keySet()).isEqualTo(weights.keySet());
    // An update tells of probabilities: where they stand still its weights may be older.
    weights.forEach(
        (type, weight) -> {
          TypeWeight found = Objects.requireNonNull(types.get(type));
          assertThat(found.getProbability())
              .as(type)
              .isEqualTo(Objects.requireNonNull(probabilities.get(type)), within(1e-12));
        });
  }

  private Path directory() {
    try {
      Path directory = Files.createTempDirectory("weights");
      directories.add(directory);
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterProperty
  void deleteDirectories() throws IOException {
    for (Path directory : directories) {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
