package dev.dataengine.streams.weighting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WilsonIntervalTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0, 1",
    "1, 4, 0.04558726080970055, 0.6993581574175981",
    "0, 10, 0, 0.2775327998628892",
    "10, 10, 0.7224672001371107, 1",
    "50, 100, 0.4038315303659956, 0.5961684696340044",
  })
  void of_tally_isAsComputedApart(double errors, long n, double low, double high) {
    WilsonInterval interval = WilsonInterval.of(new Tally(n, errors));

    assertThat(interval.low()).isEqualTo(low, within(1e-12));
    assertThat(interval.high()).isEqualTo(high, within(1e-12));
  }
}
