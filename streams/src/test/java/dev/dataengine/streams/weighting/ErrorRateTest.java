package dev.dataengine.streams.weighting;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorRateTest {

  private final WeightingStrategy strategy = new ErrorRate();

  /** Third column: what Python 3 prints for {@code round(e / n, 3)}. */
  @ParameterizedTest
  @CsvSource({
    "0, 7, 0.0",
    "7, 7, 1.0",
    "1, 3, 0.333",
    "2, 3, 0.667",
    "1, 16, 0.062",
    "3, 16, 0.188",
    "5, 16, 0.312",
    "7, 16, 0.438",
    "1, 2000, 0.001",
    "3, 2000, 0.002",
    "5, 2000, 0.003",
    "7, 2000, 0.004",
    "9, 2000, 0.004",
    "11, 2000, 0.005",
    "13, 2000, 0.006",
    "201, 2000, 0.101",
    "1001, 2000, 0.5",
    "1003, 2000, 0.501",
    "1009, 2000, 0.504",
    "389, 1145, 0.34",
  })
  void weights_ofOneType_areAsPythonRounds(double errors, long n, double expected) {
    assertThat(strategy.weights(evidence(n, errors))).isEqualTo(Map.of("t", expected));
  }

  /**
   * Shares of right answers of A-OKVQA's direct questions are thirds, so errors need not be whole.
   */
  @Test
  void weights_ofPartlyRightAnswers_areRoundedOnce() {
    assertThat(strategy.weights(evidence(4, 1.0 / 3))).isEqualTo(Map.of("t", 0.083));
  }

  @Test
  void weights_ofATypeNotAnsweredYet_areThoseOfTheVersionBefore() {
    SortedMap<String, Tally> tallies = new TreeMap<>(Map.of("colour", new Tally(4, 1)));
    Map<String, Double> previous = Map.of("colour", 0.9, "shape", 0.125);

    Map<String, Double> weights = strategy.weights(new Evidence(tallies, previous));

    assertThat(weights).isEqualTo(Map.of("colour", 0.25, "shape", 0.125));
  }

  private static Evidence evidence(long n, double errors) {
    return new Evidence(new TreeMap<>(Map.of("t", new Tally(n, errors))), Map.of());
  }
}
