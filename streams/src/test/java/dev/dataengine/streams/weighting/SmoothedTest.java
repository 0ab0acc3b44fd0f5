package dev.dataengine.streams.weighting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SmoothedTest {

  private final WeightingStrategy strategy = new Smoothed(4);

  @Test
  void weights_ofTheFirstVersion_leanOnTheGlobalRate() {
    // Global rate (1 + 3) / (4 + 4) = 0.5.
    Map<String, Double> weights =
        strategy.weights(
            new Evidence(
                new TreeMap<>(Map.of("colour", new Tally(4, 1), "shape", new Tally(4, 3))),
                Map.of()));

    // (1 + 4 * 0.5) / (4 + 4) and (3 + 4 * 0.5) / (4 + 4)
    assertThat(weights).isEqualTo(Map.of("colour", 0.375, "shape", 0.625));
  }

  @Test
  void weights_ofTheNextVersion_leanOnTheVersionBefore() {
    Map<String, Double> weights =
        strategy.weights(
            new Evidence(
                new TreeMap<>(Map.of("colour", new Tally(1, 1), "count", new Tally(3, 0))),
                Map.of("colour", 0.375, "shape", 0.625)));

    // colour (1 + 4 * 0.375) / 5; shape is not answered yet; count is new, the global rate is 1 /
    // 4.
    assertThat(weights)
        .isEqualTo(Map.of("colour", 0.5, "shape", 0.625, "count", (0 + 4 * 0.25) / 7));
  }

  @Test
  void constructor_kappaOfZero_isRefused() {
    assertThatThrownBy(() -> new Smoothed(0))
        .hasMessage("kappa: expected a number above 0, got 0.0");
  }
}
