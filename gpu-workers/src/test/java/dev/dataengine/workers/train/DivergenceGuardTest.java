package dev.dataengine.workers.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class DivergenceGuardTest {

  @Test
  void check_lossIsNoNumber_endsTrainingWithTheRemedy() {
    DivergenceGuard guard = new DivergenceGuard(4, null);

    assertThatThrownBy(() -> guard.check(7, Double.NaN, 1))
        .isInstanceOf(DivergenceException.class)
        .hasMessage(
            "training diverged at step 7: loss NaN, gradient norm 1.0; the last checkpoint is"
                + " kept: try a smaller trainer.optimizer.learning-rate or gradient-clip, or"
                + " precision float32");
  }

  @Test
  void check_lossStaysFarAboveItsBest_endsTraining() {
    DivergenceGuard guard = new DivergenceGuard(4, null);
    for (int step = 1; step <= 100; step++) {
      guard.check(step, 0.5, 1);
    }

    assertThatThrownBy(
            () -> {
              for (int step = 101; step <= 200; step++) {
                guard.check(step, 5, 1);
              }
            })
        .hasMessageContaining("the best was 0.500");
  }

  @Test
  void check_oneBadBatch_isForgiven() {
    DivergenceGuard guard = new DivergenceGuard(4, null);
    for (int step = 1; step <= 200; step++) {
      guard.check(step, step == 150 ? 10 : 0.5, 1);
    }

    assertThat(guard.best()).isEqualTo(0.5, org.assertj.core.api.Assertions.within(1e-9));
  }
}
