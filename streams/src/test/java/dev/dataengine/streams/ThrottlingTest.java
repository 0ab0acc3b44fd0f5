package dev.dataengine.streams;

import static dev.dataengine.streams.Results.result;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.events.WeightUpdate;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When updates are written, by the wall clock. */
class ThrottlingTest {

  @TempDir Path state;

  @Test
  void manyChanges_areToldOncePerInterval() {
    try (Driver driver = driver()) {
      List<WeightUpdate> updates = new ArrayList<>();
      for (int question = 0; question < 400; question++) {
        driver.send(result(1, "q" + question, "t" + question % 3, question % 7 < 3 ? 0 : 1));
        driver.advance(5);
        updates.addAll(driver.updates());
      }

      assertThat(updates).hasSizeBetween(3, 10);
      for (int later = 1; later < updates.size(); later++) {
        WeightUpdate before = updates.get(later - 1);
        WeightUpdate after = updates.get(later);
        assertThat(Duration.between(before.getUpdatedAt(), after.getUpdatedAt()))
            .isGreaterThanOrEqualTo(Duration.ofMillis(200));
        assertThat(after.getSequence()).isEqualTo(before.getSequence() + 1);
      }
    }
  }

  @Test
  void changeWithinTheInterval_isToldAfterIt() {
    try (Driver driver = driver()) {
      driver.send(result(1, "a", "colour", 0));
      driver.send(result(1, "b", "shape", 1));
      driver.advance(150);
      driver.advance(50);
      assertThat(driver.updates()).hasSize(1);
      driver.send(result(1, "b", "shape", 0, 2_000));
      driver.advance(100);
      driver.advance(50);
      assertThat(driver.updates()).isEmpty();

      driver.advance(50);

      assertThat(driver.updates()).hasSize(1);
      driver.settle();
      assertThat(driver.updates()).isEmpty();
    }
  }

  @Test
  void probabilityMovedByLess_isNotTold() {
    try (Driver driver = driver()) {
      partials(driver, 5_000, 5_000);
      assertThat(driver.updates()).hasSize(1);

      // From 0.5 to 0.95 * 0.52 / 1.02 + 0.025 = 0.5093
      partials(driver, 5_200, 5_000);

      assertThat(driver.updates()).isEmpty();
    }
  }

  @Test
  void smallMovesThatAddUp_areTold() {
    try (Driver driver = driver()) {
      partials(driver, 5_000, 5_000);
      driver.updates();
      partials(driver, 5_200, 5_000);

      // 0.95 * 0.53 / 1.03 + 0.025 = 0.5138: moved by 0.0138 since the last update.
      partials(driver, 5_300, 5_000);

      assertThat(driver.updates()).hasSize(1);
    }
  }

  @Test
  void newType_isToldHoweverLittleItMoves() {
    try (Driver driver =
        new Driver(Configs.of("error-rate", state, /* minProbabilityChange= */ 0.5))) {
      driver.send(result(1, "a", "colour", 0));
      driver.settle();
      assertThat(driver.updates()).hasSize(1);

      driver.send(result(1, "b", "shape", 1));
      driver.settle();

      assertThat(driver.updates()).hasSize(1);
    }
  }

  @Test
  void newVersion_isToldWithTheSameProbabilities() {
    try (Driver driver = driver()) {
      driver.send(result(1, "a", "colour", 0));
      driver.settle();
      assertThat(driver.updates()).hasSize(1);

      driver.send(result(2, "a", "colour", 0));
      driver.settle();

      assertThat(driver.updates())
          .extracting(WeightUpdate::getModelVersion, WeightUpdate::getSequence)
          .containsExactly(org.assertj.core.groups.Tuple.tuple(2L, 2L));
    }
  }

  /** Two types of 10,000 questions with so many errors. */
  private static void partials(Driver driver, long first, long second) {
    Map<String, Partial.TypeSum> types = new TreeMap<>();
    Map.of("first", first, "second", second)
        .forEach(
            (type, errors) -> {
              Sum sum = new Sum(10_000, errors * 1_000_000_000);
              types.put(type, new Partial.TypeSum(sum, sum));
            });
    driver.sendPartial(new Partial(Results.PAIR, 1, 0, "", 0, 1_000, Long.MAX_VALUE, 1_000, types));
    driver.settle();
  }

  private Driver driver() {
    return new Driver(Configs.of("error-rate", state));
  }
}
