package dev.dataengine.image;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageLimitsTest {

  @ParameterizedTest
  @CsvSource({"1,1", "1,200", "200,1", "8000,5000", "65535,600", "400,65535"})
  void requireSize_within_isNoFailure(int width, int height) {
    assertThatCode(() -> ImageLimits.requireSize(width, height)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "0,1,at least 1",
    "1,-1,at least 1",
    "65536,65536,at most 65535",
    "1,4000000,at most 65535",
    "2147483647,2147483647,at most 65535",
    "8001,5000,at most 40000000 pixels",
    "1,201,200 to 1",
    "201,1,200 to 1",
    "65535,327,200 to 1"
  })
  void requireSize_beyond_saysWhat(int width, int height, String what) {
    assertThatThrownBy(() -> ImageLimits.requireSize(width, height))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(what)
        .hasMessageEndingWith(" got " + width + " by " + height + " pixels");
  }
}
