package dev.dataengine.workers.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.workers.train.DivergenceGuard.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class DivergenceGuardTest {

  private static final int BATCH = 32;

  private final DivergenceGuard guard = new DivergenceGuard(4, GuardMemory.none());

  private static Verdict step(DivergenceGuard guard, String type, double loss) {
    return step(guard, Collections.nCopies(BATCH, type), Collections.nCopies(BATCH, loss));
  }

  private static Verdict step(DivergenceGuard guard, List<String> types, List<Double> losses) {
    List<TrainingSample> samples =
        types.stream()
            .map(type -> (TrainingSample) new FormulaLearner.Sample("s", type, ""))
            .toList();
    return guard.take(samples, losses.stream().mapToDouble(l -> l).toArray());
  }

  private List<Double> blocks(String type) {
    return guard.memory().types().getOrDefault(type, GuardMemory.TypeLosses.none()).blocks();
  }

  private void steps(int count, String type, double loss) {
    for (int i = 0; i < count; i++) {
      assertThat(step(guard, type, loss)).isEqualTo(Verdict.HEALTHY);
    }
  }

  @Test
  void take_oneBadBatch_isForgiven() {
    steps(50, "a", 0.5);
    assertThat(step(guard, "a", 10)).isNotEqualTo(Verdict.DIVERGED);
    for (int i = 0; i < 20; i++) {
      assertThat(step(guard, "a", 0.5)).isNotEqualTo(Verdict.DIVERGED);
    }
    assertThat(guard.verdict()).isEqualTo(Verdict.HEALTHY);
  }

  @Test
  void take_lossJumps_isDoubtfulAtOnceAndDivergedWithinAFewSteps() {
    steps(50, "a", 0.5);

    assertThat(step(guard, "a", 11)).isEqualTo(Verdict.DOUBTFUL);
    step(guard, "a", 11);
    assertThat(step(guard, "a", 11)).isEqualTo(Verdict.DIVERGED);
    assertThat(guard.toString()).contains("where 0.500 is expected");
  }

  @Test
  void take_newTypeAtAHighLoss_isHealthy() {
    steps(100, "a", 0.05);

    // alone, and beside the known one
    steps(40, "b", 2.0);
    for (int i = 0; i < 40; i++) {
      List<String> types = new ArrayList<>(Collections.nCopies(BATCH / 2, "a"));
      types.addAll(Collections.nCopies(BATCH / 2, "c"));
      List<Double> losses = new ArrayList<>(Collections.nCopies(BATCH / 2, 0.05));
      losses.addAll(Collections.nCopies(BATCH / 2, 4.0));
      assertThat(step(guard, types, losses)).isEqualTo(Verdict.HEALTHY);
    }
    steps(40, "a", 0.05);
  }

  @Test
  void take_newTypesWithoutAFullBlock_sayNothing() {
    steps(100, "a", 0.05);
    for (int i = 0; i < DivergenceGuard.BLOCK - 1; i++) {
      assertThat(step(guard, List.of("b"), List.of(50.0))).isEqualTo(Verdict.HEALTHY);
    }
    assertThat(blocks("b")).isEmpty();
  }

  @Test
  void take_slowDivergence_withholdsVersionsLongBeforeItIsDeclared() {
    steps(100, "a", 0.5);
    double loss = 0.5;
    int doubtful = 0;
    Verdict verdict = Verdict.HEALTHY;
    double lossAtDoubt = 0;
    int steps = 0;
    while (verdict != Verdict.DIVERGED && steps < 1_000) {
      loss *= 1.05;
      steps++;
      verdict = step(guard, Collections.nCopies(4, "a"), Collections.nCopies(4, loss));
      if (verdict == Verdict.DOUBTFUL && doubtful++ == 0) {
        lossAtDoubt = loss;
      }
    }
    assertThat(verdict).isEqualTo(Verdict.DIVERGED);
    // 1.5 is two times the reference and the slack; smoothing sees it a few steps later
    assertThat(lossAtDoubt).isBetween(1.5, 2.6);
    assertThat(loss).isBetween(2.5, 4.5);
    assertThat(doubtful).isGreaterThan(5);
  }

  @Test
  void take_typeThatBecameHarder_findsANewReference() {
    steps(100, "a", 0.5);
    int healthy = 0;
    for (int i = 0; i < 400; i++) {
      // beyond doubt, short of divergence
      if (step(guard, List.of("a", "a"), List.of(1.8, 1.8)) == Verdict.HEALTHY) {
        healthy++;
      }
    }
    assertThat(guard.verdict()).isEqualTo(Verdict.HEALTHY);
    assertThat(healthy).isLessThan(400);
    assertThat(blocks("a")).hasSize(DivergenceGuard.BLOCKS);
  }

  @Test
  void take_mixOfTypesChanges_isHealthy() {
    for (int i = 0; i < 50; i++) {
      List<String> types = Arrays.asList("easy", "hard");
      assertThat(step(guard, types, List.of(0.02, 3.0))).isEqualTo(Verdict.HEALTHY);
    }
    steps(50, "easy", 0.02);
    steps(50, "hard", 3.0);
  }

  /** With a noise as wide as the loss itself, whatever that is, training is left alone. */
  @Property(tries = 25)
  void take_noisyLossAtALevel_neverDiverges(
      @ForAll @DoubleRange(min = 0.01, max = 8) double level,
      @ForAll @LongRange(min = 0, max = 1_000_000) long seed) {
    DivergenceGuard guard = new DivergenceGuard(4, GuardMemory.none());
    Random random = new Random(seed);
    for (int i = 0; i < 400; i++) {
      List<String> types = new ArrayList<>();
      List<Double> losses = new ArrayList<>();
      for (int k = 0; k < BATCH; k++) {
        types.add("type-" + random.nextInt(18));
        losses.add(-level * Math.log(1 - random.nextDouble()));
      }
      assertThat(step(guard, types, losses)).isNotEqualTo(Verdict.DIVERGED);
    }
  }

  @Property(tries = 20)
  void take_fromAMemory_goesOnAsIfNothingHadBeen(
      @ForAll @LongRange(min = 0, max = 1_000_000) long seed) {
    Random random = new Random(seed);
    DivergenceGuard whole = new DivergenceGuard(4, GuardMemory.none());
    DivergenceGuard resumed = new DivergenceGuard(4, GuardMemory.none());
    for (int i = 0; i < 60; i++) {
      List<String> types = new ArrayList<>();
      List<Double> losses = new ArrayList<>();
      for (int k = 0; k < 5; k++) {
        types.add("type-" + random.nextInt(3));
        losses.add(random.nextDouble() * (i > 40 ? 6 : 1));
      }
      assertThat(step(resumed, types, losses)).isEqualTo(step(whole, types, losses));
      resumed = new DivergenceGuard(4, resumed.memory());
      assertThat(resumed.memory()).isEqualTo(whole.memory());
    }
  }

  @Test
  void take_typesWithoutEnd_remembersAThousand() {
    for (int i = 0; i < 2_000; i++) {
      step(guard, List.of("type-" + i), List.of(1.0));
    }
    assertThat(guard.memory().types()).hasSize(1_000);
    assertThat(guard.memory().types()).containsKey("type-0").doesNotContainKey("type-1999");
    step(guard, "type-0", 1.0);
    assertThat(blocks("type-0")).hasSize(2);
    assertThat(Map.copyOf(guard.memory().types())).hasSize(1_000);
  }
}
