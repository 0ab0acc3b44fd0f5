package dev.dataengine.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A closed version as a function of time: step by step at its end, one sum before that. */
class ClosedVersionTest {

  @Test
  void fewAnswers_areAllTakenApart() {
    ClosedVersion closed =
        ClosedVersion.of(
            List.of(
                slot(new Moment(100, "a", 0)),
                slot(new Moment(300, "b", 500)),
                slot(new Moment(200, "a", 1_000), new Moment(400, "b", 0))));

    assertThat(closed.firstAt()).isEqualTo(100);
    assertThat(closed.asOf(99)).isEmpty();
    assertThat(closed.asOf(100)).isEqualTo(Map.of("a", new Sum(1, 0)));
    assertThat(closed.asOf(299)).isEqualTo(Map.of("a", new Sum(2, 1_000)));
    assertThat(closed.asOf(399)).isEqualTo(Map.of("a", new Sum(2, 1_000), "b", new Sum(1, 500)));
    assertThat(closed.asOf(400)).isEqualTo(Map.of("a", new Sum(1, 0), "b", new Sum(2, 500)));
    assertThat(closed.lastUpTo(99)).isLessThan(100);
    assertThat(closed.lastUpTo(100)).isEqualTo(100);
    assertThat(closed.lastUpTo(399)).isEqualTo(300);
    assertThat(closed.lastUpTo(Long.MAX_VALUE)).isEqualTo(400);
  }

  @Test
  void repeatedAnswer_isNoStep() {
    ClosedVersion closed =
        ClosedVersion.of(List.of(slot(new Moment(100, "a", 7), new Moment(200, "a", 7))));

    assertThat(closed.steps()).hasSize(1);
  }

  @Test
  void manyAnswers_theOldestAreInOneSum() {
    List<Slot> slots = new ArrayList<>();
    for (int question = 0; question < ClosedVersion.MOST_STEPS + 10; question++) {
      slots.add(slot(new Moment(1_000 + question, "a", 1)));
    }

    ClosedVersion closed = ClosedVersion.of(slots);

    assertThat(closed.steps()).hasSize(ClosedVersion.MOST_STEPS);
    assertThat(closed.firstAt()).isEqualTo(1_000);
    assertThat(closed.baseAt()).isEqualTo(1_009);
    assertThat(closed.asOf(0)).isEqualTo(Map.of("a", new Sum(10, 10)));
    assertThat(closed.asOf(1_010)).isEqualTo(Map.of("a", new Sum(11, 11)));
    long all = slots.size();
    assertThat(closed.asOf(Long.MAX_VALUE)).isEqualTo(Map.of("a", new Sum(all, all)));
  }

  @Test
  void answersOfOneMillisecond_areNotParted() {
    List<Slot> slots = new ArrayList<>();
    for (int question = 0; question < ClosedVersion.MOST_STEPS + 4; question++) {
      slots.add(slot(new Moment(1_000 + question / 3, "a", 1)));
    }

    ClosedVersion closed = ClosedVersion.of(slots);

    assertThat(closed.baseAt()).isEqualTo(1_001);
    assertThat(closed.asOf(1_001)).isEqualTo(Map.of("a", new Sum(6, 6)));
    assertThat(closed.steps()).hasSize(ClosedVersion.MOST_STEPS - 2);
  }

  /** All of one millisecond: then there is no step left. */
  @Test
  void allAnswersOfOneMillisecond_areOneSum() {
    List<Slot> slots = new ArrayList<>();
    for (int question = 0; question < ClosedVersion.MOST_STEPS + 1; question++) {
      slots.add(slot(new Moment(1_000, "a", 1)));
    }

    ClosedVersion closed = ClosedVersion.of(slots);

    assertThat(closed.steps()).isEmpty();
    assertThat(closed.lastUpTo(Long.MAX_VALUE)).isEqualTo(1_000);
  }

  private static Slot slot(Moment... moments) {
    return new Slot(1, 0, false, List.of(moments));
  }
}
