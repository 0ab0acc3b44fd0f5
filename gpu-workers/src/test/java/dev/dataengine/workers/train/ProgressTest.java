package dev.dataengine.workers.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class ProgressTest {

  private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
  private static final GuardMemory MEMORY = new GuardMemory(1, 2, Map.of());

  static TrainerState initial() {
    return TrainerState.begin(
        "tiny",
        5,
        "run",
        new Learner.Identity("name", "base", java.util.Set.of(), "float32"),
        new TrainerState.Settings(3, 0.01),
        NOW);
  }

  private static TrainingSample sample(String type) {
    return new FormulaLearner.Sample("s", type, "1");
  }

  @Test
  void next_afterSteps_countsSamplesByTypeAndKeepsTheNextOffsets() {
    Progress progress = new Progress(initial().reading("topic"));
    progress.read(0, 4);
    progress.read(2, 0);
    progress.trained(List.of(sample("a"), sample("b")), 2.0, 3_000_000);
    progress.read(0, 5);
    progress.trained(List.of(sample("a")), 1.0, 2_000_000);
    progress.refused(0, 6);
    Instant later = NOW.plusSeconds(1);

    TrainerState state = progress.next(0.5, MEMORY, later);

    assertThat(state)
        .isEqualTo(
            new TrainerState(
                2,
                "tiny",
                6,
                "run",
                5,
                5L,
                "base",
                "float32",
                3L,
                2,
                "topic",
                Map.of(0, 7L, 2, 1L),
                3,
                Map.of("a", 2L, "b", 1L),
                1,
                5,
                1.5,
                0.01,
                0.5,
                MEMORY,
                later));
    assertThat(progress.samplesSinceLast()).isEqualTo(3);
  }

  @Test
  void next_goingOnFromAState_addsToIt() {
    Progress first = new Progress(initial());
    first.read(0, 4);
    first.trained(List.of(sample("a"), sample("b")), 2.0, 3_000_000);
    first.refused(1, 1);
    TrainerState saved = first.next(1, MEMORY, NOW);
    Progress progress = new Progress(saved);

    assertThat(progress.samplesSinceLast()).isZero();
    assertThat(progress.steps()).isEqualTo(1);
    progress.trained(List.of(sample("a")), 1.0, 2_000_000);
    progress.refused(1, 2);
    TrainerState state = progress.next(1, MEMORY, NOW);

    assertThat(state.version()).isEqualTo(7);
    assertThat(state.parent()).isEqualTo(6);
    assertThat(state.steps()).isEqualTo(2);
    assertThat(state.samplesTrained()).isEqualTo(3);
    assertThat(state.samplesByType()).isEqualTo(Map.of("a", 2L, "b", 1L));
    assertThat(state.samplesSkipped()).isEqualTo(2);
    assertThat(state.trainingMillis()).isEqualTo(5);
    assertThat(state.trainingLoss()).isEqualTo(1.0);
    assertThat(state.offsets()).isEqualTo(Map.of(0, 5L, 1, 3L));
  }

  @Test
  void reset_afterSteps_isTheLastCheckpointAgain() {
    Progress progress = new Progress(initial());
    progress.read(0, 4);
    progress.trained(List.of(sample("a")), 2.0, 3_000_000);
    TrainerState saved = progress.next(1, MEMORY, NOW);
    progress.saved(saved);
    progress.read(0, 9);
    progress.refused(1, 9);
    progress.trained(List.of(sample("b")), 7.0, 3_000_000);

    progress.reset();

    assertThat(progress.last()).isEqualTo(saved);
    assertThat(progress.samplesSinceLast()).isZero();
    assertThat(progress.next(new TopicPartition("vqa-samples", 0))).isEqualTo(5);
    assertThat(progress.passed()).isEqualTo(new Passed(6, "run", "", saved.offsets(), 0));
    progress.trained(List.of(sample("a")), 1.0, 2_000_000);
    TrainerState next = progress.next(1, MEMORY, NOW);
    assertThat(next.trainingLoss()).isEqualTo(1.0);
    assertThat(next.steps()).isEqualTo(2);
    assertThat(next.samplesByType()).isEqualTo(Map.of("a", 2L));
  }

  @Test
  void next_withoutAStepSinceTheLast_keepsItsLoss() {
    Progress progress = new Progress(initial());
    progress.read(0, 0);
    progress.trained(List.of(sample("a")), 2.0, 1);
    progress.saved(progress.next(1, MEMORY, NOW));

    progress.refused(0, 1);

    assertThat(progress.next(1, MEMORY, NOW).trainingLoss()).isEqualTo(2.0);
    assertThat(progress.next(1, MEMORY, NOW).version()).isEqualTo(7);
  }

  @Test
  void next_partitionNeverRead_startsAtItsBeginning() {
    assertThat(new Progress(initial()).next(new TopicPartition("vqa-samples", 3))).isZero();
  }

  @Test
  void trained_typesWithoutEnd_areCountedTogetherFromTheThousandth() {
    Progress progress = new Progress(initial());
    List<TrainingSample> many =
        IntStream.range(0, 1_200).mapToObj(i -> sample("type-" + i)).toList();
    progress.trained(many, 1, 1);
    progress.trained(List.of(sample("type-7"), sample("type-1199")), 1, 1);

    Map<String, Long> counted = progress.next(1, MEMORY, NOW).samplesByType();

    assertThat(counted).hasSize(1_001).containsEntry("type-7", 2L);
    assertThat(counted.get(Progress.OTHERS)).isEqualTo(201);
    assertThat(counted.values().stream().mapToLong(c -> c).sum()).isEqualTo(1_202);
  }
}
