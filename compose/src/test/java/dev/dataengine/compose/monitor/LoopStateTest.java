package dev.dataengine.compose.monitor;

import static dev.dataengine.compose.monitor.Events.stats;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.dataengine.events.QuestionTypeStats;
import dev.dataengine.events.WeightUpdate;
import java.util.Map;
import java.util.Objects;
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
  void apply_statisticsToldAgain_replaceTheEarlier() {
    state.apply(stats(0, "shape", 1, 1, 2));
    state.apply(stats(0, "shape", 2, 0.75, 2));

    LoopFigures figures = state.figures();

    assertThat(figures.results()).isEqualTo(2);
    assertThat(type(figures, "shape").n()).isEqualTo(2);
    assertThat(type(figures, "shape").error()).isEqualTo(0.375);
  }

  @Test
  void figures_versionInEvaluation_isLatestButNotLastComplete() {
    state.apply(stats(0, "shape", 1, 1, 2));
    state.apply(stats(0, "color", 1, 0, 2));
    state.apply(stats(1, "shape", 1, 0.5, 2));
    state.apply(stats(1, "color", 1, 0, 2));
    state.apply(stats(2, "shape", 1, 0, 2));

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
    state.apply(stats(0, "shape", 1, 1, 0));

    assertThat(state.figures().firstComplete()).isEmpty();
  }

  @Test
  void figures_statisticsThatLeftTheTopic_stillCountAsResults() {
    state.apply(stats(0, "shape", 2, 1, 2));
    state.apply(stats(1, "shape", 2, 1, 2));
    state.apply(stats(2, "shape", 2, 0, 2));

    state.forgetStats("scenes|tiny|1|shape");
    state.apply(
        WeightUpdate.newBuilder(Events.weights(3, Map.of())).setResultsForgotten(2).build());

    LoopFigures figures = state.figures();
    assertThat(figures.versions()).extracting(VersionFigures::version).containsExactly(0L, 2L);
    assertThat(figures.results()).isEqualTo(6);
  }

  @Test
  void figures_twoModelsAndBenchmarks_showTheOneToldLast() {
    state.apply(stats("scenes", "tiny", 1, "shape", 4, 1, 4));
    state.apply(stats("scenes", "small", 2, "shape", 4, 2, 4));
    state.apply(stats("other", "tiny", 1, "word", 4, 4, 4));

    LoopFigures figures = state.figures();

    assertThat(figures.benchmark()).contains("scenes");
    assertThat(type(figures, "shape").error()).isEqualTo(0.5);
    assertThat(figures.results()).isEqualTo(12);
  }

  @Test
  void apply_statisticsOfBeforeModelsWereTold_areLeftOut() {
    QuestionTypeStats old = stats(7, "shape", 4, 1, 0);
    old.setStatsId("scenes|7|shape");

    state.apply(old);

    assertThat(state.figures().versions()).isEmpty();
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
