package dev.dataengine.compose.monitor;

import static dev.dataengine.compose.monitor.Events.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.dataengine.events.EvaluationResult;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class LoopStateTest {

  private final LoopState state = new LoopState();

  @Test
  void apply_nothing_isAllZeroAndUnknown() {
    LoopFigures figures = state.figures();

    assertThat(figures.types()).isEmpty();
    assertThat(figures.firstComplete()).isEmpty();
    assertThat(figures.trainingSamplesPerSecond()).isZero();
  }

  @Test
  void apply_questionAnsweredAgain_replacesTheEarlierAnswer() {
    state.apply(result(0, "q1", "shape", 0, 2), 0);
    state.apply(result(0, "q1", "shape", 1, 2), 0);
    state.apply(result(0, "q2", "shape", 0.25, 2), 1);

    LoopFigures figures = state.figures();

    assertThat(figures.results()).isEqualTo(2);
    assertThat(type(figures, "shape").n()).isEqualTo(2);
    assertThat(type(figures, "shape").error()).isEqualTo(0.375);
  }

  @Test
  void figures_versionInEvaluation_isLatestButNotLastComplete() {
    state.apply(result(0, "q1", "shape", 0, 2), 0);
    state.apply(result(0, "q2", "color", 1, 2), 0);
    state.apply(result(1, "q1", "shape", 0.5, 2), 0);
    state.apply(result(1, "q2", "color", 1, 2), 0);
    state.apply(result(2, "q1", "shape", 1, 2), 0);

    LoopFigures figures = state.figures();

    TypeFigures shape = type(figures, "shape");
    assertThat(shape.error()).isZero();
    assertThat(shape.firstError()).isEqualTo(1.0);
    assertThat(shape.lastError()).isEqualTo(0.5);
    assertThat(type(figures, "color").error()).isNull();
    assertThat(figures.firstComplete()).map(VersionFigures::accuracy).contains(0.5);
    assertThat(figures.lastComplete()).map(VersionFigures::accuracy).contains(0.75);
    assertThat(figures.results()).isEqualTo(5);
  }

  @Test
  void figures_questionCountUnknown_noVersionIsComplete() {
    state.apply(result(0, "q1", "shape", 0, 0), 0);

    assertThat(state.figures().firstComplete()).isEmpty();
  }

  @Test
  void apply_partitionsInAnyInterleaving_givesTheSameFigures() {
    Random random = new Random(7);
    List<List<EvaluationResult>> partitions = new ArrayList<>();
    for (int partition = 0; partition < 3; partition++) {
      List<EvaluationResult> records = new ArrayList<>();
      for (int version = 0; version < 6; version++) {
        for (int question = 0; question < 5; question++) {
          String id = partition + "-" + question;
          records.add(result(version, id, "t" + question % 2, random.nextInt(2), 15));
          if (random.nextInt(3) == 0) {
            records.add(result(version, id, "t" + question % 2, random.nextInt(2), 15));
          }
        }
      }
      partitions.add(records);
    }

    LoopFigures together = interleaved(partitions, new Random(1));
    // one partition far ahead of the others, as a consumer may fetch them
    LoopFigures apart = oneAfterTheOther(partitions);

    assertThat(apart).isEqualTo(together);
    assertThat(together.results()).isEqualTo(6 * 15);
    assertThat(together.versions()).allMatch(VersionFigures::complete).hasSize(6);
  }

  private static LoopFigures interleaved(List<List<EvaluationResult>> partitions, Random random) {
    LoopState state = new LoopState();
    List<Integer> turns = new ArrayList<>();
    for (int p = 0; p < partitions.size(); p++) {
      turns.addAll(Collections.nCopies(partitions.get(p).size(), p));
    }
    Collections.shuffle(turns, random);
    int[] next = new int[partitions.size()];
    turns.forEach(p -> state.apply(partitions.get(p).get(next[p]++), p));
    return state.figures();
  }

  private static LoopFigures oneAfterTheOther(List<List<EvaluationResult>> partitions) {
    LoopState state = new LoopState();
    for (int p = 0; p < partitions.size(); p++) {
      for (EvaluationResult result : partitions.get(p)) {
        state.apply(result, p);
      }
    }
    return state.figures();
  }

  private static TypeFigures type(LoopFigures figures, String name) {
    return Objects.requireNonNull(figures.types().get(name), name);
  }

  @Test
  void apply_samplesVersionsWeights_countsThem() {
    state.apply(Events.weights(1, Map.of("shape", 0.4)));
    state.apply(Events.weights(3, Map.of("shape", 0.8)));
    state.apply(Events.sample("shape"));
    state.apply(Events.sample("shape"));
    state.apply(Events.rejected());
    state.apply(Events.version(1, Map.of("shape", 32L), 500));
    state.apply(Events.version(2, Map.of("shape", 48L, "color", 16L), 1_000));
    // a restart may publish the same version again
    state.apply(Events.version(2, Map.of("shape", 48L, "color", 16L), 1_000));

    LoopFigures figures = state.figures();

    assertThat(figures.weightUpdates()).isEqualTo(3);
    assertThat(figures.modelVersions()).isEqualTo(2);
    assertThat(figures.generated()).isEqualTo(2);
    assertThat(figures.rejected()).isEqualTo(1);
    assertThat(figures.trained()).isEqualTo(64);
    assertThat(figures.trainingSamplesPerSecond()).isEqualTo(64.0, within(1e-9));
    assertThat(figures.types().get("shape"))
        .isEqualTo(new TypeFigures(0, null, null, null, 0.4, 0.8, 2, 48));
    assertThat(type(figures, "color").trained()).isEqualTo(16);
  }
}
