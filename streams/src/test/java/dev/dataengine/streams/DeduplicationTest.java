package dev.dataengine.streams;

import static dev.dataengine.streams.Results.result;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.events.BadCase;
import dev.dataengine.events.QuestionTypeStats;
import dev.dataengine.events.TypeWeight;
import dev.dataengine.events.WeightUpdate;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A question counts once per version, and is a bad case once per version. */
class DeduplicationTest {

  @TempDir Path state;

  @Test
  void sameResultAgain_changesNothing() {
    try (Driver driver = driver()) {
      driver.send(result(1, "q", "colour", 0));
      driver.settle();
      driver.updates();
      driver.stats();

      driver.send(result(1, "q", "colour", 0));
      driver.settle();

      assertThat(driver.updates()).isEmpty();
      assertThat(driver.stats()).isEmpty();
      assertThat(driver.badCases()).hasSize(1);
      assertThat(driver.count("dataengine.results", "outcome", "duplicate")).isEqualTo(1);
    }
  }

  @Test
  void answeredAgain_replacesTheEarlierAnswer() {
    try (Driver driver = driver()) {
      driver.send(result(1, "q", "colour", 0, 1_000));
      driver.send(result(1, "r", "colour", 1, 1_000));
      driver.send(result(1, "q", "colour", 0.25, 2_000));
      driver.settle();

      assertTally(driver, "colour", 2, 0.75);
    }
  }

  @Test
  void earlierAnswerDeliveredAgain_doesNotComeBack() {
    try (Driver driver = driver()) {
      driver.send(result(1, "q", "colour", 0, 1_000));
      driver.send(result(1, "q", "colour", 1, 2_000));
      driver.send(result(1, "q", "colour", 0, 1_000));
      driver.settle();

      assertTally(driver, "colour", 1, 0);
    }
  }

  @Test
  void answeredAgainUnderAnotherType_countsForThatOneOnly() {
    try (Driver driver = driver()) {
      driver.send(result(1, "q", "colour", 0, 1_000));
      driver.send(result(1, "r", "colour", 1, 1_000));
      driver.settle();
      driver.stats();

      driver.send(result(1, "q", "shape", 0, 2_000));
      driver.settle();

      assertThat(driver.stats())
          .extracting(QuestionTypeStats::getQuestionType, QuestionTypeStats::getN)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple("colour", 1L),
              org.assertj.core.groups.Tuple.tuple("shape", 1L));
      assertTally(driver, "shape", 1, 1);
    }
  }

  @Test
  void wrongAgainByTheSameVersion_isOneBadCase() {
    try (Driver driver = driver()) {
      driver.send(result(1, "q", "colour", 0, 1_000));
      driver.send(result(1, "q", "colour", 0.5, 2_000));
      driver.send(result(1, "q", "colour", 1, 3_000));
      driver.send(result(1, "q", "colour", 0, 4_000));

      assertThat(driver.badCases())
          .extracting(BadCase::getBadCaseId)
          .containsExactly("scenes|tiny|1|q");
    }
  }

  @Test
  void rightThenWrong_isABadCase() {
    try (Driver driver = driver()) {
      driver.send(result(1, "q", "colour", 1, 1_000));
      driver.send(result(1, "q", "colour", 0.5, 2_000));

      List<BadCase> badCases = driver.badCases();
      assertThat(badCases).hasSize(1);
      BadCase badCase = badCases.get(0);
      assertThat(badCase.getScore()).isEqualTo(0.5);
      assertThat(badCase.getQuestion()).isEqualTo("What is it?");
      assertThat(badCase.getImageId()).isEqualTo("image-of-q");
      assertThat(badCase.getChoices()).containsExactly("a", "b", "c", "d");
      assertThat(badCase.getCorrectChoice()).isZero();
      assertThat(badCase.getPredictedChoice()).isEqualTo(1);
    }
  }

  @Test
  void wrongByTheNextVersion_isABadCaseOfItsOwn() {
    try (Driver driver = driver()) {
      driver.send(result(1, "q", "colour", 0));
      driver.send(result(2, "q", "colour", 0));

      assertThat(driver.badCases())
          .extracting(BadCase::getBadCaseId)
          .containsExactly("scenes|tiny|1|q", "scenes|tiny|2|q");
    }
  }

  @Test
  void partialSentAgainOrByEveryPartition_addsUpOnce() {
    try (Driver driver = driver()) {
      Partial first = partial(0, 3, 1_000_000_000);
      driver.sendPartial(first);
      driver.sendPartial(partial(1, 5, 0));
      driver.sendPartial(first);
      driver.sendPartial(partial(1, 6, 0));
      driver.settle();

      assertTally(driver, "colour", 9, 1);
    }
  }

  private static Partial partial(int partition, long n, long errorNanos) {
    Sum sum = new Sum(n, errorNanos);
    return new Partial(
        Results.PAIR,
        1,
        partition,
        "",
        0,
        1_000,
        Long.MAX_VALUE,
        1_000,
        Map.of("colour", new Partial.TypeSum(sum, sum)));
  }

  private Driver driver() {
    return new Driver(Configs.of("error-rate", state));
  }

  private static void assertTally(Driver driver, String type, long n, double errors) {
    List<WeightUpdate> updates = driver.updates();
    TypeWeight weight = updates.get(updates.size() - 1).getTypes().get(type);
    assertThat(weight).isNotNull();
    assertThat(weight.getN()).isEqualTo(n);
    assertThat(weight.getErrors()).isEqualTo(errors);
  }
}
