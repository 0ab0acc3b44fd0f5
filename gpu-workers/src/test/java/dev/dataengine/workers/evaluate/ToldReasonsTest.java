package dev.dataengine.workers.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ToldReasonsTest {

  private final ToldReasons told = new ToldReasons();

  @Test
  void isFirst_reasonAgain_isNot() {
    assertThat(told.isFirst("base")).isTrue();
    assertThat(told.isFirst("base")).isFalse();
  }

  @Test
  void isFirst_manyOthersBetween_isAgain() {
    assertThat(told.isFirst("base")).isTrue();
    for (int version = 1; version <= ToldReasons.MOST; version++) {
      assertThat(told.isFirst("file of version " + version)).isTrue();
    }
    assertThat(told.isFirst("base")).isTrue();
  }
}
