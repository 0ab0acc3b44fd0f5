package dev.dataengine.compose.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dataengine.failure.Health;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ReportTest {

  @Test
  void toJson_figures_hasExactlyTheKeysOfTheContract() throws Exception {
    LoopState state = new LoopState();
    state.apply(Events.stats(0, "shape", 1, 1, 1));
    state.apply(Events.stats(1, "shape", 1, 0, 1));
    state.apply(Events.sample("shape"));
    state.apply(Events.version(1, Map.of("shape", 30L), 500));

    String json =
        Report.toJson(
            state.figures(),
            new Report.Milestones(
                Duration.ofMillis(2_500), Optional.of(Duration.ofSeconds(4)), Optional.empty()),
            new Report.Services(
                Map.of("trainer", new Health.Status(Health.State.WAITING, "the broker", 2, 3)), 1));

    assertThat(new ObjectMapper().readTree(json))
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"first_accuracy": 0.0, "last_accuracy": 1.0,
                     "per_type": {"shape":
                       {"first_error": 1.0, "last_error": 0.0, "generated": 1, "trained": 30}},
                     "model_versions": 1, "weight_updates": 0, "results": 2,
                     "samples_generated": 1, "samples_trained": 30, "samples_rejected": 0,
                     "training_samples_per_second": 60.0, "startup_seconds": 2.5,
                     "seconds_to_first_weights": 4.0, "seconds_to_first_model_version": null,
                     "services": {"trainer": {"state": "waiting", "restarts": 2, "outages": 3}},
                     "services_ended": 1}
                    """));
  }
}
