package dev.dataengine.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class WeightsConfigTest {

  @Test
  void defaults_always_areTheDesigns() {
    WeightsConfig defaults = WeightsConfig.defaults();

    assertThat(defaults.strategy()).isEqualTo("smoothed");
    assertThat(defaults.kappa()).isEqualTo(4);
    assertThat(defaults.exploration()).isEqualTo(0.05);
    assertThat(defaults.minProbabilityChange()).isEqualTo(0.01);
    assertThat(defaults.updateIntervalMs()).isEqualTo(200);
  }

  @Test
  void weighting_strategyOfTheClassPath_isFoundByItsName() {
    assertThat(config("flat", 4, 0.05).weighting().name()).isEqualTo("flat");
  }

  @Test
  void constructor_unknownStrategy_namesTheKnownOnes() {
    assertThatThrownBy(() -> config("smooth", 4, 0.05))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("strategy: expected one of [error-rate, flat, smoothed], got 'smooth'");
  }

  @Test
  void constructor_explorationAboveOne_isRefused() {
    assertThatThrownBy(() -> config("smoothed", 4, 1.5))
        .hasMessage("exploration: expected 0..1, got 1.5");
  }

  @Test
  void constructor_kappaNotANumber_isRefused() {
    assertThatThrownBy(() -> config("error-rate", Double.NaN, 0.05))
        .hasMessage("kappa: expected > 0, got NaN");
  }

  private static WeightsConfig config(String strategy, double kappa, double exploration) {
    return new WeightsConfig(
        strategy, kappa, exploration, 0.01, 200, 2, 100, 0, "app", Path.of("state"), 100, 1, 0);
  }
}
