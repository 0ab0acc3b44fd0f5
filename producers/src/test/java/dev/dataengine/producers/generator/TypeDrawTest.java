package dev.dataengine.producers.generator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class TypeDrawTest {

  private static Map<String, Double> shares(Map<String, Double> probabilities, int draws) {
    TypeDraw draw = new TypeDraw(Fixtures.weights(1, probabilities));
    SplittableRandom random = new SplittableRandom(5);
    Map<String, Double> shares = new HashMap<>();
    for (int i = 0; i < draws; i++) {
      shares.merge(draw.draw(random), 1.0 / draws, Double::sum);
    }
    return shares;
  }

  /** 200,000 draws: three standard deviations are 0.0034 at most. */
  @Test
  void draw_probabilities_areItsShares() {
    Map<String, Double> probabilities = Map.of("a", 0.5, "b", 0.3, "c", 0.15, "d", 0.05);
    shares(probabilities, 200_000)
        .forEach(
            (type, share) ->
                assertThat(Math.abs(share - probabilities.getOrDefault(type, 0.0)))
                    .as(type)
                    .isLessThan(0.004));
  }

  @Test
  void draw_probabilitiesOfAnotherSum_areSharesOfIt() {
    Map<String, Double> shares = shares(Map.of("a", 0.02, "b", 0.06), 100_000);
    assertThat(shares.get("b")).isBetween(0.745, 0.755);
  }

  @Test
  void draw_probabilityZero_isNeverDrawn() {
    assertThat(shares(Map.of("a", 0.0, "b", 1.0, "c", 0.0), 10_000)).containsOnlyKeys("b");
  }

  /** The ends of the random numbers, 0 and the last before 1. */
  @Test
  void draw_randomAtItsEnds_isTheFirstAndTheLast() {
    TypeDraw draw = new TypeDraw(Fixtures.weights(1, Map.of("a", 0.1, "b", 0.2, "c", 0.7)));
    assertThat(draw.draw(fixed(0))).isEqualTo("a");
    assertThat(draw.draw(fixed(0x1.fffffffffffffp-1))).isEqualTo("c");
  }

  private static RandomGenerator fixed(double value) {
    return new RandomGenerator() {
      @Override
      public long nextLong() {
        throw new AssertionError("only doubles are drawn");
      }

      @Override
      public double nextDouble() {
        return value;
      }
    };
  }
}
