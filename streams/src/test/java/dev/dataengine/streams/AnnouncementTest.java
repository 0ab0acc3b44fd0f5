package dev.dataengine.streams;

import static dev.dataengine.streams.Results.announcement;
import static dev.dataengine.streams.Results.result;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.events.EvaluationResult;
import dev.dataengine.events.WeightUpdate;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Results move something where their version was announced, with their lineage. */
class AnnouncementTest {

  private static final Instant START = Instant.ofEpochSecond(1_000_000);

  @TempDir Path state;

  @Test
  void versionThatNobodyAnnounces_goesToTheDeadLettersAfterTheWaitAndMovesNothing() {
    try (Driver driver = driver()) {
      driver.announce(announcement("tiny", 1, "", 0));
      driver.send(result(1, "a", "colour", 0));
      driver.send(result(Long.MAX_VALUE, "a", "shape", 0, 2_000));
      driver.advance(29_000);
      assertThat(driver.deadLetters()).isEmpty();

      driver.advance(1_000);
      driver.send(result(1, "b", "colour", 1));
      driver.settle();

      assertThat(driver.deadLetters())
          .extracting(AnnouncementTest::reason)
          .containsExactly(
              "model_version: expected one that was announced, got 9223372036854775807 of tiny,"
                  + " which nobody announced within 30000 ms");
      assertThat(driver.updates()).extracting(WeightUpdate::getModelVersion).containsOnly(1L);
      assertThat(driver.entries(Waiting.STORE)).isEmpty();
    }
  }

  @Test
  void versionAnnouncedWithinTheWait_countsThen() {
    try (Driver driver = driver()) {
      driver.send(result(1, "a", "colour", 0));
      driver.send(result(1, "b", "colour", 1));
      driver.settle();
      assertThat(driver.updates()).isEmpty();

      driver.announce(announcement("tiny", 1, "", 0));
      driver.settle();

      WeightUpdate update = driver.updates().get(0);
      assertThat(update.getTypes())
          .hasEntrySatisfying("colour", colour -> assertThat(colour.getN()).isEqualTo(2));
      assertThat(driver.deadLetters()).isEmpty();
      assertThat(driver.badCases()).hasSize(1);
    }
  }

  @Test
  void waitingResult_afterARestart_doesNotWaitAnew() {
    SavedStores saved;
    try (Driver first = driver()) {
      first.send(result(1, "a", "colour", 0));
      first.advance(20_000);
      saved = first.saved();
    }
    try (Driver second = new Driver(config(), START.plusSeconds(25), false, saved)) {
      second.advance(4_000);
      assertThat(second.deadLetters()).isEmpty();

      second.advance(1_000);

      assertThat(second.deadLetters()).hasSize(1);
      assertThat(second.deadLetters()).isEmpty();
    }
  }

  @Test
  void resultsWithoutEnd_waitUpToABound() {
    try (Driver driver = driver()) {
      for (int question = 0; question < 10_100; question++) {
        driver.send(result(1, "q" + question, "colour", 0));
      }

      List<TestRecord<byte[], byte[]>> letters = driver.deadLetters();
      assertThat(letters).hasSize(100);
      assertThat(reason(letters.get(0))).endsWith(", and too many wait for it");
    }
  }

  @Test
  void resultOfAnotherLineage_goesToTheDeadLettersAtOnce() {
    try (Driver driver = driver()) {
      driver.announce(announcement("tiny", 7, "second", 5));

      driver.send(lineage(result(6, "a", "colour", 0), "first"));
      driver.send(lineage(result(6, "b", "colour", 0), "second"));

      assertThat(driver.deadLetters())
          .extracting(AnnouncementTest::reason)
          .containsExactly(
              "lineage: expected 'second', which version 6 of tiny was announced with, got"
                  + " 'first'");
      assertThat(driver.badCases()).hasSize(1);
    }
  }

  @Test
  void olderVersions_areTakenAsAnnouncedWhereNothingWasReadOfThem() {
    try (Driver driver = driver()) {
      driver.announce(announcement("tiny", 2, "first", 0));
      driver.announce(announcement("tiny", 7, "second", 5));

      driver.send(lineage(result(2, "a", "colour", 0), "second"));
      driver.send(lineage(result(2, "b", "colour", 0), "first"));
      driver.send(lineage(result(4, "c", "colour", 0), "whatever"));

      assertThat(driver.deadLetters()).hasSize(1);
      assertThat(driver.badCases()).hasSize(2);
    }
  }

  @Test
  void announcementsReadInAnyOrder_sayTheSame() {
    Lineages there =
        Lineages.NONE
            .with(announcement("tiny", 2, "first", 0))
            .with(announcement("tiny", 5, "second", 3))
            .with(announcement("tiny", 6, "second", 3));
    Lineages back =
        Lineages.NONE
            .with(announcement("tiny", 6, "second", 3))
            .with(announcement("tiny", 5, "second", 3))
            .with(announcement("tiny", 2, "first", 0));

    assertThat(there).isEqualTo(back);
    assertThat(there.runs()).hasSize(2);
  }

  @Test
  void poisonAmongTheAnnouncements_isLeftOut() {
    try (Driver driver = driver()) {
      driver.announce("tiny", "no announcement".getBytes(StandardCharsets.UTF_8));
      driver.announce(announcement("tiny", -1, "", 0));
      driver.announce(announcement("tiny", 3, "", 4));
      driver.announce(announcement("a|b", 3, "", 0));
      driver.announce(announcement("tiny", 1, "", 0));

      driver.send(result(1, "a", "colour", 0));

      assertThat(driver.badCases()).hasSize(1);
      assertThat(driver.entries(ReadAnnouncements.STORE)).containsOnlyKeys("tiny");
    }
  }

  @Test
  void twoModelsOnOneBenchmark_haveWeightsOfTheirOwn() {
    try (Driver driver = driver()) {
      driver.announce(announcement("tiny", 9, "", 0));
      driver.announce(announcement("small", 9, "", 0));
      EvaluationResult other = result(5, "a", "colour", 1, 9_000);
      other.setModel("small");

      driver.send(result(1, "a", "colour", 0));
      driver.send(result(1, "b", "shape", 1));
      driver.send(other);
      driver.settle();

      assertThat(driver.updates())
          .extracting(WeightUpdate::getUpdateId, update -> update.getTypes().keySet().size())
          .containsExactlyInAnyOrder(
              org.assertj.core.groups.Tuple.tuple("scenes|tiny|1", 2),
              org.assertj.core.groups.Tuple.tuple("scenes|small|1", 1));
      assertThat(driver.stats()).hasSize(3);
    }
  }

  private static EvaluationResult lineage(EvaluationResult result, String lineage) {
    result.setLineage(lineage);
    return result;
  }

  private WeightsConfig config() {
    return Configs.of("smoothed", state);
  }

  private Driver driver() {
    return new Driver(config(), START, false);
  }

  private static String reason(TestRecord<byte[], byte[]> letter) {
    return new String(
        letter.headers().lastHeader("dataengine.reason").value(), StandardCharsets.UTF_8);
  }
}
