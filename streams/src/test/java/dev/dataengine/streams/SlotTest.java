package dev.dataengine.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The answers of one version to one question: a few are told apart, the first and last always. */
class SlotTest {

  private static final Slot FIRST = new Slot(1, 10, false, List.of(new Moment(100, "t", 0)));

  @Test
  void knownAnswer_changesNothing() {
    assertThat(FIRST.with(new Moment(100, "t", 0), 10)).isSameAs(FIRST);
    assertThat(FIRST.with(new Moment(100, "t", 0), 9)).isSameAs(FIRST);
  }

  @Test
  void knownAnswerThatTellsOfMoreQuestions_isTakenAtItsWord() {
    assertThat(FIRST.with(new Moment(100, "t", 0), 11))
        .isEqualTo(new Slot(1, 11, false, FIRST.moments()));
  }

  @Test
  void asOf_isTheLastAnswerUpToThatMillisecond() {
    Slot slot = FIRST.with(new Moment(200, "t", 7), 10);

    assertThat(slot.asOf(99)).isNull();
    assertThat(slot.asOf(100)).isEqualTo(slot.first());
    assertThat(slot.asOf(199)).isEqualTo(slot.first());
    assertThat(slot.asOf(200)).isEqualTo(slot.last());
  }

  @Test
  void moreAnswersThanAreToldApart_loseTheSecond() {
    Slot slot = FIRST;
    for (int again = 1; again < Slot.MOST; again++) {
      slot = slot.with(new Moment(100 + again, "t", again), 10);
    }
    assertThat(times(slot)).containsExactly(100L, 101L, 102L, 103L, 104L, 105L, 106L, 107L);

    slot = slot.with(new Moment(108, "t", 8), 10);

    assertThat(times(slot)).containsExactly(100L, 102L, 103L, 104L, 105L, 106L, 107L, 108L);
  }

  /** Between two that say the same it makes no difference when it was said. */
  @Test
  void moreAnswersThanAreToldApart_loseOneThatRepeatsItsNeighbours() {
    Slot slot = FIRST;
    for (int again = 1; again <= Slot.MOST; again++) {
      boolean repeats = again >= 4 && again <= 6;
      slot = slot.with(new Moment(100 + again, "t", repeats ? 99 : again), 10);
    }

    assertThat(times(slot)).containsExactly(100L, 101L, 102L, 103L, 104L, 106L, 107L, 108L);
  }

  @Test
  void lastOfTheAnswers_isNeverLostForAnEarlierOne() {
    Slot slot = FIRST;
    for (int again = 20; again > 0; again--) {
      slot = slot.with(new Moment(100 + again, "t", again), 10);
    }

    assertThat(slot.moments()).hasSize(Slot.MOST);
    assertThat(slot.first().evaluatedAt()).isEqualTo(100);
    assertThat(slot.last().evaluatedAt()).isEqualTo(120);
  }

  private static LongStream times(Slot slot) {
    return slot.moments().stream().mapToLong(Moment::evaluatedAt);
  }
}
