package dev.dataengine.streams;

import static dev.dataengine.streams.Results.BENCHMARK;
import static dev.dataengine.streams.Results.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.dataengine.events.QuestionTypeStats;
import dev.dataengine.events.TypeWeight;
import dev.dataengine.events.WeightUpdate;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The weights against tables worked out by hand. */
class WeightsTopologyTest {

  @TempDir Path state;

  @Test
  void smoothed_firstVersion_leansOnTheGlobalRate() {
    try (Driver driver = driver("smoothed")) {
      firstVersion(driver);
      driver.settle();

      List<WeightUpdate> updates = driver.updates();
      assertThat(updates).hasSize(1);
      WeightUpdate update = updates.get(0);
      assertThat(update.getUpdateId()).isEqualTo("scenes|tiny|1");
      assertThat(update.getSequence()).isEqualTo(1);
      assertThat(update.getStrategy()).isEqualTo("smoothed");
      assertThat(update.getModel()).isEqualTo("tiny");
      assertThat(update.getModelVersion()).isEqualTo(1);
      assertThat(update.getExploration()).isEqualTo(0.05);
      // Global rate 4/8; (1 + 4 * 0.5) / 8 and (3 + 4 * 0.5) / 8; 0.95 * w / 1 + 0.05 / 2.
      check(update, "colour", 4, 1, 0.25, 0.375, 0.38125);
      check(update, "shape", 4, 3, 0.75, 0.625, 0.61875);
    }
  }

  @Test
  void errorRate_firstVersion_isTheRoundedRate() {
    try (Driver driver = driver("error-rate")) {
      firstVersion(driver);
      driver.settle();

      WeightUpdate update = last(driver.updates());
      check(update, "colour", 4, 1, 0.25, 0.25, 0.95 * 0.25 + 0.025);
      check(update, "shape", 4, 3, 0.75, 0.75, 0.95 * 0.75 + 0.025);
    }
  }

  @Test
  void smoothed_nextVersion_startsFromThePreviousVersionsRate() {
    try (Driver driver = driver("smoothed")) {
      firstVersion(driver);
      driver.send(result(2, "c1", "colour", 0));
      driver.settle();

      WeightUpdate update = last(driver.updates());
      assertThat(update.getModelVersion()).isEqualTo(2);
      // colour (1 + 4 * 0.375) / 5; shape is not answered yet: 4 * 0.625 / 4. Sum 1.125.
      check(update, "colour", 1, 1, 1, 0.5, 0.95 * 0.5 / 1.125 + 0.025);
      check(update, "shape", 0, 0, 0, 0.625, 0.95 * 0.625 / 1.125 + 0.025);
    }
  }

  @Test
  void errorRate_versionsGoOn_weighByTheNewestOnly() {
    try (Driver driver = driver("error-rate")) {
      firstVersion(driver);
      driver.send(result(2, "c1", "colour", 0));
      driver.send(result(2, "s1", "shape", 0.5));
      driver.settle();

      WeightUpdate update = last(driver.updates());
      check(update, "colour", 1, 1, 1, 1, 0.95 * 1 / 1.5 + 0.025);
      check(update, "shape", 1, 0.5, 0.5, 0.5, 0.95 * 0.5 / 1.5 + 0.025);
    }
  }

  @Test
  void allRight_errorRate_isUniform() {
    try (Driver driver = driver("error-rate")) {
      driver.send(result(1, "c1", "colour", 1));
      driver.send(result(1, "s1", "shape", 1));
      driver.settle();

      WeightUpdate update = last(driver.updates());
      check(update, "colour", 1, 0, 0, 0, 0.5);
      check(update, "shape", 1, 0, 0, 0, 0.5);
    }
  }

  @Test
  void lateResultsOfAnOlderVersion_moveItsStatsOnly() {
    try (Driver driver = driver("smoothed")) {
      firstVersion(driver);
      driver.send(result(2, "c1", "colour", 0));
      driver.settle();
      WeightUpdate before = last(driver.updates());
      driver.stats();

      driver.send(result(1, "c5", "colour", 0, 2_001));
      driver.send(result(1, "n1", "count", 0, 2_001));
      driver.settle();

      assertThat(driver.updates()).isEmpty();
      assertThat(driver.stats())
          .extracting(QuestionTypeStats::getStatsId)
          .containsExactly("scenes|tiny|1|colour", "scenes|tiny|1|count");
      driver.send(result(2, "c2", "colour", 1));
      driver.settle();
      WeightUpdate after = last(driver.updates());
      assertThat(after.getSequence()).isEqualTo(before.getSequence() + 1);
      check(after, "colour", 2, 1, 0.5, 2.5 / 6, 0.95 * (2.5 / 6) / (2.5 / 6 + 0.625) + 0.025);
      assertThat(after.getTypes()).containsOnlyKeys("colour", "shape");
    }
  }

  @Test
  void resultsOfAVersionLongGone_areDroppedAndCounted() {
    try (Driver driver = driver("smoothed")) {
      firstVersion(driver);
      driver.send(result(2, "c1", "colour", 0));
      driver.send(result(3, "c1", "colour", 0));
      driver.settle();
      driver.badCases();
      driver.stats();
      driver.updates();

      driver.send(result(1, "c5", "colour", 0));
      driver.settle();

      assertThat(driver.count("dataengine.results", "outcome", "late")).isEqualTo(1);
      assertThat(driver.badCases()).isEmpty();
      assertThat(driver.stats()).isEmpty();
      assertThat(driver.updates()).isEmpty();
    }
  }

  @Test
  void versionsGoOn_storesHoldTheNewestOnly() {
    try (Driver driver = driver("smoothed")) {
      for (long version = 1; version <= 20; version++) {
        for (int question = 0; question < 10; question++) {
          driver.send(result(version, "q" + question, "type" + question % 2, question % 3 / 2.0));
        }
        driver.settle();
      }

      assertThat(driver.entries(Answers.STORE).keySet())
          .filteredOn(key -> key.startsWith("q"))
          .hasSize(10);
      assertThat(driver.entries(Answers.STORE).values())
          .filteredOn(kept -> kept instanceof Question question && !question.slots().isEmpty())
          .allSatisfy(kept -> assertThat(((Question) kept).slots()).hasSize(2));
      assertThat(driver.entries(Merged.STORE)).hasSize(20 + 1 + 1);
    }
  }

  @Test
  void stats_ofAType_haveTheWilsonInterval() {
    try (Driver driver = driver("smoothed")) {
      firstVersion(driver);
      driver.settle();

      QuestionTypeStats stats = driver.stats().get(0);
      assertThat(stats.getStatsId()).isEqualTo("scenes|tiny|1|colour");
      assertThat(stats.getN()).isEqualTo(4);
      assertThat(stats.getErrors()).isEqualTo(1);
      assertThat(stats.getErrorRate()).isEqualTo(0.25);
      assertThat(stats.getIntervalLow()).isEqualTo(0.04558726080970055, within(1e-12));
      assertThat(stats.getIntervalHigh()).isEqualTo(0.6993581574175981, within(1e-12));
    }
  }

  @Test
  void restart_withTheStoresRestored_goesOnWithTheSequence() {
    SavedStores saved;
    try (Driver first = driver("smoothed")) {
      firstVersion(first);
      first.settle();
      first.updates();
      // Counted, but not told any more before the end.
      first.send(result(1, "c5", "colour", 0));
      saved = first.saved();
    }
    try (Driver second =
        new Driver(Configs.of("smoothed", state), Instant.ofEpochSecond(2_000_000), true, saved)) {

      second.send(result(1, "c1", "colour", 0));
      second.settle();

      WeightUpdate update = last(second.updates());
      assertThat(update.getSequence()).isEqualTo(2);
      // The answer given again is the one remembered; c5 counts: global 5/9, (2 + 4 * 5/9) / 9.
      check(update, "colour", 5, 2, 0.4, (2 + 20 / 9.0) / 9, null);
      assertThat(second.count("dataengine.results", "outcome", "duplicate")).isEqualTo(1);
    }
  }

  @Test
  void restart_typeOfTheOnlyAnswerChangedMeanwhile_isToldToBeGone() {
    SavedStores saved;
    try (Driver first = driver("smoothed")) {
      first.send(result(1, "q", "colour", 0, 1_000));
      first.settle();
      assertThat(first.stats()).extracting(QuestionTypeStats::getN).containsExactly(1L);
      first.send(result(1, "q", "shape", 0, 2_000));
      // committed, and nothing of it sent
      saved = first.saved();
    }
    try (Driver second =
        new Driver(Configs.of("smoothed", state), Instant.ofEpochSecond(2_000_000), true, saved)) {
      second.settle();

      assertThat(second.stats())
          .extracting(QuestionTypeStats::getQuestionType, QuestionTypeStats::getN)
          .containsExactlyInAnyOrder(tuple("colour", 0L), tuple("shape", 1L));
    }
  }

  @Test
  void restart_withAnotherStrategy_tellsItsWeightsOnce() {
    SavedStores saved;
    try (Driver first = driver("smoothed")) {
      firstVersion(first);
      first.settle();
      saved = first.saved();
    }
    for (int start = 0; start < 2; start++) {
      try (Driver driver =
          new Driver(
              Configs.of("error-rate", state), Instant.ofEpochSecond(2_000_000), true, saved)) {
        driver.settle();

        assertThat(driver.updates())
            .extracting(WeightUpdate::getStrategy)
            .isEqualTo(start == 0 ? List.of("error-rate") : List.of());
        saved = driver.saved();
      }
    }
  }

  private Driver driver(String strategy) {
    return new Driver(Configs.of(strategy, state));
  }

  /** colour: 1 of 4 wrong; shape: 3 of 4 wrong. */
  private static void firstVersion(Driver driver) {
    for (int question = 1; question <= 4; question++) {
      driver.send(result(1, "c" + question, "colour", question <= 1 ? 0 : 1));
      driver.send(result(1, "s" + question, "shape", question <= 3 ? 0 : 1));
    }
  }

  private static WeightUpdate last(List<WeightUpdate> updates) {
    assertThat(updates).isNotEmpty();
    return updates.get(updates.size() - 1);
  }

  private static void check(
      WeightUpdate update,
      String type,
      long n,
      double errors,
      double rate,
      double weight,
      @org.jspecify.annotations.Nullable Double probability) {
    assertThat(update.getBenchmark()).isEqualTo(BENCHMARK);
    TypeWeight found = update.getTypes().get(type);
    assertThat(found).isNotNull();
    assertThat(found.getN()).isEqualTo(n);
    assertThat(found.getErrors()).isEqualTo(errors);
    assertThat(found.getErrorRate()).isEqualTo(rate, within(1e-12));
    assertThat(found.getWeight()).isEqualTo(weight, within(1e-12));
    if (probability != null) {
      assertThat(found.getProbability()).isEqualTo(probability, within(1e-12));
    }
  }
}
