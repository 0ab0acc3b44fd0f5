package dev.dataengine.streams.weighting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.NotEmpty;
import org.junit.jupiter.api.Test;

class ProbabilitiesTest {

  @Test
  void of_twoWeights_mixesInTheExploration() {
    Map<String, Double> probabilities = Probabilities.of(Map.of("a", 0.1, "b", 0.3), 0.05);

    assertThat(probabilities.get("a")).isEqualTo(0.95 * 0.25 + 0.025, within(1e-15));
    assertThat(probabilities.get("b")).isEqualTo(0.95 * 0.75 + 0.025, within(1e-15));
  }

  @Test
  void of_weightsAllZero_isUniform() {
    assertThat(Probabilities.of(Map.of("a", 0.0, "b", 0.0, "c", 0.0, "d", 0.0), 0.05))
        .isEqualTo(Map.of("a", 0.25, "b", 0.25, "c", 0.25, "d", 0.25));
  }

  @Test
  void of_notANumber_isRefusedByName() {
    assertThatThrownBy(() -> Probabilities.of(Map.of("a", Double.NaN), 0.05))
        .hasMessage("weight of a: expected a finite number from 0, got NaN");
  }

  @Property
  void of_anyWeights_sumToOneAndForgetNoType(
      @ForAll @NotEmpty Map<String, @DoubleRange(min = 0, max = 1) Double> weights) {
    Map<String, Double> probabilities = Probabilities.of(weights, 0.05);

    assertThat(probabilities.values().stream().mapToDouble(p -> p).sum())
        .isEqualTo(1, within(1e-9));
    assertThat(probabilities.values())
        .allSatisfy(p -> assertThat(p).isGreaterThanOrEqualTo(0.05 / weights.size() - 1e-12));
  }
}
