package dev.dataengine.workers.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class OffsetSetTest {

  private final OffsetSet set = new OffsetSet();

  @Property(tries = 100)
  void contains_afterAnyAdditions_isAsOfASetOfPairs(@ForAll long seed) {
    Random random = new Random(seed);
    OffsetSet offsets = new OffsetSet();
    Set<List<Long>> oracle = new HashSet<>();
    for (int i = 0; i < 500; i++) {
      int partition = random.nextInt(3);
      long offset = random.nextInt(20_000) + (random.nextBoolean() ? 5_000_000_000L : 0);
      offsets.add(partition, offset);
      oracle.add(List.of((long) partition, offset));
    }
    for (long partition = 0; partition < 4; partition++) {
      for (long offset = 0; offset < 21_000; offset++) {
        for (long base : new long[] {0, 5_000_000_000L}) {
          assertThat(offsets.contains((int) partition, base + offset))
              .isEqualTo(oracle.contains(List.of(partition, base + offset)));
        }
      }
    }
  }

  @Test
  void removeBelow_keepsAllFromTheOffsetOnAndOtherPartitions() {
    for (long offset = 0; offset < 10_000; offset++) {
      set.add(0, offset);
      set.add(1, offset);
    }
    set.removeBelow(Map.of(0, 8_192L, 7, 5L));

    assertThat(set.contains(0, 8_191)).isFalse();
    assertThat(set.contains(0, 8_192)).isTrue();
    assertThat(set.contains(1, 0)).isTrue();
    assertThat(set.pages()).isEqualTo(1 + 3);
    set.removeBelow(Map.of(0, 8_193L, 1, 9_999L));
    assertThat(set.contains(0, 8_193)).isTrue();
    assertThat(set.pages()).isEqualTo(2);
  }

  @Test
  void pages_ofAMillionOffsetsInARow_areAFewHundred() {
    for (long offset = 3_000_000_000L; offset < 3_001_000_000L; offset++) {
      set.add(0, offset);
    }
    assertThat(set.pages()).isLessThanOrEqualTo(1_000_000 / 4_096 + 2);
  }
}
