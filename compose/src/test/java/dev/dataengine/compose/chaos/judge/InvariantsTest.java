package dev.dataengine.compose.chaos.judge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.compose.chaos.evidence.Letter;
import dev.dataengine.compose.chaos.evidence.Pace;
import dev.dataengine.compose.chaos.evidence.Poison;
import dev.dataengine.compose.chaos.evidence.Position;
import dev.dataengine.compose.chaos.evidence.ResultSeen;
import dev.dataengine.compose.chaos.evidence.Span;
import dev.dataengine.compose.chaos.evidence.VersionSeen;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each invariant is broken, and it alone says so. */
class InvariantsTest {

  private final Seen seen = Seen.allWell();
  private final Position bad = new Position("images", 2, 5);

  @Test
  void judge_aRunInWhichAllIsWell_violatesNothing() {
    assertThat(seen.violated()).isEmpty();
    assertThat(Results.sent(seen.evidence())).isEqualTo(8);
    assertThat(Results.counted(seen.evidence())).isEqualTo(8);
    assertThat(Samples.written(seen.evidence())).isEqualTo(4);
    assertThat(Samples.trained(seen.evidence())).isEqualTo(4);
  }

  @Test
  void judge_anAnswerThatTheLastStatisticsDoNotCount_isLost() {
    seen.stats(1, "b", 1, 1);
    assertThat(seen.violated()).containsExactly("NoResultLost");
  }

  @Test
  void judge_aTypeWithoutStatistics_isLost() {
    seen.stats.removeIf(stats -> stats.type().equals("b"));
    assertThat(seen.violated()).containsExactly("NoResultLost");
  }

  @Test
  void judge_anOldVersionThatWasNotAnsweredWhole_mayBeCountedInPart() {
    seen.version(2, Map.of(0, 4L), 4, Seen.CALM);
    seen.version(3, Map.of(0, 4L), 4, Seen.CALM);
    for (int version = 2; version < 4; version++) {
      seen.result(version, "q0", "a", 0);
      seen.stats(version, "a", 1, 1);
    }
    seen.update(3, 3, false);
    assertThat(seen.violated()).isEmpty();

    seen.results.removeIf(
        result -> result.version().version() == 1 && result.questionId().equals("q3"));
    seen.stats.removeIf(stats -> stats.version().version() == 1);
    assertThat(seen.violated()).isEmpty();
  }

  @Test
  void judge_statisticsThatOnceCountedTooMuch_countTwice() {
    seen.stats.add(
        0, new dev.dataengine.compose.chaos.evidence.StatsSeen(bad, Seen.key(0), "a", 3, 1));
    assertThat(seen.violated()).containsExactly("NoResultTwice");
  }

  @Test
  void judge_statisticsOfAnswersThatWereReplaced_areWrong() {
    seen.result(1, "q0", "a", 1);
    assertThat(seen.violated()).containsExactly("NoResultTwice");
    seen.stats(1, "a", 2, 0);
    assertThat(seen.violated()).isEmpty();
  }

  @Test
  void judge_resultsOfAVersionThatNobodyAnnounced_areNotToBeCounted() {
    seen.results.add(new ResultSeen(bad, Seen.key(Long.MAX_VALUE), "", "q0", "a", 0, 4, 9));
    assertThat(seen.violated()).isEmpty();
    seen.stats(Long.MAX_VALUE, "a", 1, 1);
    assertThat(seen.violated()).containsExactly("NoResultTwice");
  }

  @Test
  void judge_aSampleThatIsBehindTheOffsetsAndWasNotTrained_isLost() {
    seen.version(2, Map.of(0, 4L), 3, Seen.CALM);
    assertThat(seen.violated()).containsExactly("NoSampleLost");
  }

  @Test
  void judge_moreTrainedThanThereIs_isTwice() {
    seen.version(2, Map.of(0, 3L), 4, Seen.CALM);
    assertThat(seen.violated()).containsExactly("NoSampleTwice");
  }

  @Test
  void judge_samplesAboutAnImageThatIsNotThere_areNotToBeTrainedOn() {
    seen.sample("s9", "gone", 4, Seen.CALM);
    seen.version(2, Map.of(0, 5L), 4, Seen.CALM);
    assertThat(seen.violated()).isEmpty();
    seen.version(3, Map.of(0, 5L), 5, Seen.CALM);
    assertThat(seen.violated()).containsExactly("NoSampleTwice");
  }

  @Test
  void judge_samplesAboutAnOddImageOfOurs_mayBeTrainedOnOrNot() {
    seen.images.put("chaos-1", Set.of("sha"));
    seen.sample("s9", "chaos-1", 4, Seen.CALM);
    seen.version(2, Map.of(0, 5L), 4, Seen.CALM);
    seen.version(3, Map.of(0, 5L), 5, Seen.CALM);
    assertThat(seen.violated()).isEmpty();
  }

  @Test
  void judge_anOddSampleOfOurs_mayBeTrainedOnOrNot_aBadOneMayNot() {
    seen.sample("s9", 4, Seen.CALM);
    Position odd = new Position("vqa-samples", 0, 4);
    seen.poison.add(new Poison(odd, "end-of-text", false));
    seen.version(2, Map.of(0, 5L), 4, Seen.CALM);
    seen.version(3, Map.of(0, 5L), 5, Seen.CALM);
    assertThat(seen.violated()).isEmpty();

    seen.poison.set(0, new Poison(odd, "other-answer", true));
    seen.letters.add(new Letter(odd, "trainer", "", 1));
    assertThat(seen.violated()).containsExactly("NoSampleTwice");
  }

  @Test
  void judge_aNumberLeftOut_isNotMonotonic() {
    seen.version(3, Map.of(0, 4L), 4, Seen.CALM);
    assertThat(seen.violated()).containsExactly("VersionsMonotonic");
  }

  @Test
  void judge_aFirstVersionThatIsNotTheBase_isNotMonotonic() {
    Seen other = new Seen();
    other.version(3, Map.of(), 0, 0);
    assertThat(Invariants.judge(other.evidence()))
        .filteredOn(verdict -> verdict.invariant().equals("VersionsMonotonic"))
        .singleElement()
        .satisfies(verdict -> assertThat(verdict.holds()).isFalse());
  }

  @Test
  void judge_anotherLineage_isNotMonotonic() {
    seen.versions.add(
        new VersionSeen(bad, Seen.MODEL, 2, "other", Map.of(0, 4L), 4, "content", Seen.CALM));
    assertThat(seen.violated()).containsExactly("VersionsMonotonic");
  }

  @Test
  void judge_aVersionToldAgain_hasToBeTheSame() {
    seen.version(1, Map.of(0, 4L), 4, Seen.CALM);
    assertThat(seen.violated()).isEmpty();
    seen.versions.add(
        new VersionSeen(bad, Seen.MODEL, 1, "", Map.of(0, 4L), 4, "other content", Seen.CALM));
    assertThat(seen.violated()).containsExactly("VersionNeverChanges");
  }

  @Test
  void judge_weightsOfAnOlderVersionAfterANewer_areViolations() {
    seen.update(0, 3, true);
    seen.update(1, 4, true);
    assertThat(seen.violated()).containsExactly("WeightsOfNewestOnly");
  }

  @Test
  void judge_aSequenceLeftOutOrGivenTwice_isAViolation() {
    seen.update(1, 4, true);
    assertThat(seen.violated()).containsExactly("WeightsOfNewestOnly");
    seen.updates.remove(seen.updates.size() - 1);
    seen.update(1, 2, true);
    assertThat(seen.violated()).containsExactly("WeightsOfNewestOnly");
  }

  @Test
  void judge_weightsOfAVersionThatNobodyAnnounced_areViolations() {
    seen.update(2, 3, true);
    assertThat(seen.violated()).containsExactly("WeightsOfNewestOnly");
  }

  @Test
  void judge_aLastUpdateThatDoesNotSayThatAllWasAnswered_isAViolation() {
    seen.update(1, 3, false);
    assertThat(seen.violated()).containsExactly("WeightsOfNewestOnly");
  }

  @Test
  void judge_moreAheadThanAllowed_isNotPaced() {
    seen.paces.add(new Pace(0, 10));
    assertThat(seen.violated()).isEmpty();
    seen.paces.add(new Pace(0, 11));
    assertThat(seen.violated()).containsExactly("PacedWithinBound");
  }

  @Test
  void judge_badRecordsWithALetterEach_areIsolated() {
    seen.poison.add(new Poison(bad, "random-bytes", true));
    assertThat(seen.violated()).containsExactly("PoisonIsolated");
    letter("trainer", 1);
    letter("generator", 2);
    assertThat(seen.violated()).isEmpty();
    assertThat(PoisonIsolation.deadLettered(seen.evidence())).isEqualTo(1);
  }

  @Test
  void judge_oddRecordsWithoutALetter_areIsolated() {
    seen.poison.add(new Poison(bad, "tombstone", false));
    assertThat(seen.violated()).isEmpty();
  }

  @Test
  void judge_aLetterAboutASoundRecord_isAViolation() {
    letter("trainer", 1);
    assertThat(seen.violated()).containsExactly("PoisonIsolated");
    seen.unsound.put(bad, "no event");
    assertThat(seen.violated()).isEmpty();
  }

  @Test
  void judge_aLetterAboutASampleOfNoSoundImage_isExplained() {
    seen.sample("s9", "gone", 4, Seen.CALM);
    seen.letters.add(new Letter(new Position("vqa-samples", 0, 4), "trainer", "", 1));
    assertThat(seen.violated()).isEmpty();
  }

  @Test
  void judge_aSecondLetter_isExplainedByAFaultInBetween_butNotWhereThereAreTransactions() {
    seen.poison.add(new Poison(bad, "random-bytes", true));
    letter("trainer", 10);
    letter("trainer", 20);
    assertThat(seen.violated()).containsExactly("PoisonIsolated");
    seen.befell.put("trainer", List.of(new Span(0, 9), new Span(21, 30)));
    assertThat(seen.violated()).containsExactly("PoisonIsolated");
    seen.befell.put("trainer", List.of(new Span(15, 15)));
    assertThat(seen.violated()).isEmpty();
    letter("generator", 10);
    letter("generator", 20);
    seen.befell.put("generator", List.of(new Span(15, 15)));
    assertThat(seen.violated()).containsExactly("PoisonIsolated");
  }

  private void letter(String service, long at) {
    seen.letters.add(new Letter(bad, service, "reason", at));
  }

  @Test
  void judge_noSampleAfterTheLastFault_isAStall() {
    seen.samples.replaceAll(
        sample ->
            new dev.dataengine.compose.chaos.evidence.SampleSeen(
                sample.position(), sample.sampleId(), sample.model(), "a", "i", "sha", 0));
    assertThat(seen.violated()).containsExactly("GeneratorNeverStalls");
  }

  @Test
  void judge_nothingTrainedAfterTheLastFault_isAStall() {
    seen.versions.replaceAll(
        version ->
            new VersionSeen(
                version.position(),
                version.model(),
                version.version(),
                "",
                version.offsets(),
                version.samplesTrained(),
                version.content(),
                0));
    assertThat(seen.violated()).containsExactly("GeneratorNeverStalls");
  }

  @Test
  void judge_nothingSeen_doesNotHold() {
    assertThat(new Seen().violated())
        .contains("NoResultLost", "NoSampleLost", "VersionNeverChanges", "GeneratorNeverStalls");
  }
}
