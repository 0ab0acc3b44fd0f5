package dev.dataengine.workers.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class ProgressTest {

  private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

  private static TrainingSample sample(String type) {
    return new TrainingSample(
        new TrainingSample.Image("00", null), type, new long[] {1}, new long[] {2});
  }

  @Test
  void next_afterSteps_countsSamplesByTypeAndKeepsTheNextOffsets() {
    Progress progress = new Progress(TrainerState.initial("base", NOW));
    progress.read(0, 4);
    progress.read(2, 0);
    progress.trained(List.of(sample("a"), sample("b")), 2.0, 3_000_000);
    progress.read(0, 5);
    progress.trained(List.of(sample("a")), 1.0, 2_000_000);
    progress.skipped();

    TrainerState state = progress.next(0.5, NOW);

    assertThat(state.version()).isEqualTo(1);
    assertThat(state.steps()).isEqualTo(2);
    assertThat(state.samplesTrained()).isEqualTo(3);
    assertThat(state.samplesByType()).isEqualTo(Map.of("a", 2L, "b", 1L));
    assertThat(state.offsets()).isEqualTo(Map.of(0, 6L, 2, 1L));
    assertThat(state.samplesSkipped()).isEqualTo(1);
    assertThat(state.trainingMillis()).isEqualTo(5);
    assertThat(state.trainingLoss()).isEqualTo(1.5);
  }

  @Test
  void next_withoutAStepSinceTheLast_keepsItsLoss() {
    Progress progress = new Progress(TrainerState.initial("base", NOW));
    progress.read(0, 0);
    progress.trained(List.of(sample("a")), 2.0, 1);
    progress.saved(progress.next(null, NOW));
    assertThat(progress.isAhead()).isFalse();

    progress.read(0, 1);
    progress.skipped();

    assertThat(progress.isAhead()).isTrue();
    assertThat(progress.next(null, NOW).trainingLoss()).isEqualTo(2.0);
    assertThat(progress.next(null, NOW).version()).isEqualTo(2);
  }

  @Test
  void next_partitionNeverRead_startsAtItsBeginning() {
    Progress progress = new Progress(TrainerState.initial("base", NOW));

    assertThat(progress.next(new TopicPartition("vqa-samples", 3))).isZero();
  }
}
