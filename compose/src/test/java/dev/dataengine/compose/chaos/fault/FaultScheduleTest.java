package dev.dataengine.compose.chaos.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.compose.chaos.process.Fleet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FaultScheduleTest {

  private static final Duration LASTS = Duration.ofSeconds(140);
  private static final int SEEDS = 50;

  private static List<Fault> draw(long seed) {
    return FaultSchedule.draw(seed, LASTS, EnumSet.allOf(FaultKind.class));
  }

  @Test
  void draw_sameSeed_isTheSame_andAnotherSeedAnother() {
    assertThat(draw(7)).isEqualTo(draw(7)).isNotEqualTo(draw(8));
  }

  @Test
  void draw_everySeed_isInOrderAndOverInTime() {
    for (long seed = 0; seed < SEEDS; seed++) {
      Duration before = Duration.ZERO;
      for (Fault fault : draw(seed)) {
        assertThat(fault.at()).isGreaterThanOrEqualTo(before);
        assertThat(fault.until()).isLessThanOrEqualTo(LASTS);
        before = fault.at();
      }
    }
  }

  @Test
  void draw_everySeed_neverHasTwoFaultsOfALaneAtOnce() {
    for (long seed = 0; seed < SEEDS; seed++) {
      List<Fault> processes = new ArrayList<>();
      List<Fault> links = new ArrayList<>();
      for (Fault fault : draw(seed)) {
        List<Fault> lane =
            fault.kind().isOnLink()
                ? links.stream().filter(f -> f.part() == fault.part()).toList()
                : processes;
        assertThat(lane).allMatch(earlier -> earlier.until().compareTo(fault.at()) <= 0);
        (fault.kind().isOnLink() ? links : processes).add(fault);
      }
    }
  }

  @Test
  void draw_severalSeeds_haveEveryKindAndKillEveryProcess() {
    Set<FaultKind> kinds = EnumSet.noneOf(FaultKind.class);
    Set<String> killed = new HashSet<>();
    for (long seed = 1; seed <= 10; seed++) {
      List<Fault> faults = draw(seed);
      assertThat(faults.stream().map(Fault::kind).distinct().count()).isGreaterThan(6);
      for (Fault fault : faults) {
        kinds.add(fault.kind());
        if (fault.kind() == FaultKind.KILL) {
          killed.addAll(fault.targets());
        }
      }
    }
    assertThat(kinds).containsExactlyInAnyOrder(FaultKind.values());
    assertThat(killed).contains(Fleet.BROKER, Fleet.REGISTRY).containsAll(Fleet.SERVICES);
  }

  @Test
  void draw_someKinds_hasNoOthers() {
    assertThat(FaultSchedule.draw(1, LASTS, EnumSet.of(FaultKind.DELAY, FaultKind.STOP)))
        .isNotEmpty()
        .allMatch(fault -> fault.kind() == FaultKind.DELAY || fault.kind() == FaultKind.STOP);
    assertThat(FaultSchedule.draw(1, LASTS, Set.of())).isEmpty();
  }
}
