package dev.dataengine.streams;

import static dev.dataengine.streams.Results.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.dataengine.events.EvaluationResult;
import dev.dataengine.events.TypeWeight;
import dev.dataengine.events.WeightUpdate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterProperty;

/**
 * Whatever the order in which results come, how often each comes, over which partitions and with
 * which ticks and resent sums between: the weights are those of a list of distinct questions.
 */
class AnyOrderPropertyTest {

  private static final int QUESTIONS = 12;
  private static final double[] SCORES = {0, 0.25, 0.3, 0.333, 0.6, 1};

  private final List<Path> directories = new ArrayList<>();

  @Property(tries = 40, shrinking = ShrinkingMode.OFF)
  void oneVersion_anyDelivery_givesTheOraclesWeights(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 3) int partitions) {
    Random random = new Random(seed);
    List<EvaluationResult> answers = answers(random, 1);
    for (String strategy : List.of("smoothed", "error-rate")) {
      try (PartitionedDriver driver = new PartitionedDriver(strategy, directory(), partitions)) {
        deliver(driver, random, delivery(random, answers));
        driver.settle();

        check(driver.updates(), new Oracle(strategy).version(answers));
      }
    }
  }

  @Property(tries = 25, shrinking = ShrinkingMode.OFF)
  void errorRate_versionsMixedAnyhow_areThoseOfTheNewest(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 3) int partitions) {
    Random random = new Random(seed);
    List<EvaluationResult> newest = new ArrayList<>();
    for (int question = 0; question < QUESTIONS; question++) {
      // Every type answered, so that nothing stands from a version before.
      newest.add(result(3, "q" + question, "type" + question % 3, score(random), 1_000));
    }
    List<EvaluationResult> all = new ArrayList<>(newest);
    all.addAll(answers(random, 1));
    all.addAll(answers(random, 2));
    try (PartitionedDriver driver = new PartitionedDriver("error-rate", directory(), partitions)) {
      deliver(driver, random, delivery(random, all));
      driver.settle();

      check(driver.updates(), new Oracle("error-rate").version(newest));
    }
  }

  @Property(tries = 25, shrinking = ShrinkingMode.OFF)
  void smoothed_lateResultsOfOlderVersionsBetween_startFromWhatWasKnown(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 3) int partitions) {
    Random random = new Random(seed);
    Oracle oracle = new Oracle("smoothed");
    List<EvaluationResult> late = new ArrayList<>();
    Map<String, Double> expected = Map.of();
    try (PartitionedDriver driver = new PartitionedDriver("smoothed", directory(), partitions)) {
      for (long version = 1; version <= 4; version++) {
        List<EvaluationResult> answers = answers(random, version);
        // The version's own begin it; then late answers of older ones come in between.
        deliver(driver, random, delivery(random, answers.subList(0, 1)));
        driver.settle();
        List<EvaluationResult> mixed = new ArrayList<>(answers);
        mixed.addAll(late);
        deliver(driver, random, delivery(random, mixed));
        driver.settle();
        expected = oracle.version(answers);
        // Answers again, later and otherwise: of their version, but too late for the next one.
        late.addAll(answers(random, version).stream().map(AnyOrderPropertyTest::later).toList());
      }
      check(driver.updates(), expected);
    }
  }

  private static EvaluationResult later(EvaluationResult answer) {
    return EvaluationResult.newBuilder(answer)
        .setEvaluatedAt(answer.getEvaluatedAt().plusSeconds(1_000))
        .build();
  }

  /** One to three answers per question; each later than the one before. */
  private static List<EvaluationResult> answers(Random random, long version) {
    List<EvaluationResult> answers = new ArrayList<>();
    for (int question = 0; question < QUESTIONS; question++) {
      for (int again = random.nextInt(3); again >= 0; again--) {
        String type = "type" + (question + (random.nextInt(5) == 0 ? 1 : 0)) % 3;
        answers.add(result(version, "q" + question, type, score(random), 1_000 + answers.size()));
      }
    }
    return answers;
  }

  private static double score(Random random) {
    return SCORES[random.nextInt(SCORES.length)];
  }

  /** Each at least once, in any order. */
  private static List<EvaluationResult> delivery(Random random, List<EvaluationResult> answers) {
    List<EvaluationResult> delivery = new ArrayList<>(answers);
    answers.stream().filter(answer -> random.nextInt(3) == 0).forEach(delivery::add);
    Collections.shuffle(delivery, random);
    return delivery;
  }

  private static void deliver(
      PartitionedDriver driver, Random random, List<EvaluationResult> delivery) {
    for (EvaluationResult answer : delivery) {
      driver.send(answer);
      if (random.nextInt(4) == 0) {
        driver.tick(random.nextInt(3));
      }
      if (random.nextInt(10) == 0) {
        driver.resendLast();
      }
    }
  }

  private static void check(List<WeightUpdate> updates, Map<String, Double> expected) {
    for (int sequence = 1; sequence <= updates.size(); sequence++) {
      assertThat(updates.get(sequence - 1).getSequence()).isEqualTo(sequence);
    }
    Map<String, TypeWeight> types = updates.get(updates.size() - 1).getTypes();
    assertThat(types.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (type, probability) -> {
          TypeWeight found = types.get(type);
          assertThat(found).isNotNull();
          assertThat(found.getProbability()).isEqualTo(probability, within(1e-12));
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
