package dev.dataengine.producers.generator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.events.BadCase;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BadCasePoolTest {

  private final SplittableRandom random = new SplittableRandom(1);

  private static String ids(List<BadCase> cases) {
    return String.join(" ", cases.stream().map(BadCase::getBadCaseId).toList());
  }

  @Test
  void two_ofFew_areAllThereAre() {
    BadCasePool pool = new BadCasePool(3);
    assertThat(pool.two("t", random)).isEmpty();
    pool.put(Fixtures.badCase("a", "t", "i"));
    assertThat(ids(pool.two("t", random))).isEqualTo("a");
    assertThat(pool.two("u", random)).isEmpty();
  }

  @Test
  void two_ofMany_areDifferentAndEveryPairAsOften() {
    BadCasePool pool = new BadCasePool(3);
    for (String id : List.of("gone", "a", "b", "c")) {
      pool.put(Fixtures.badCase(id, "t", "i"));
    }
    Map<String, Integer> pairs = new HashMap<>();
    for (int i = 0; i < 6_000; i++) {
      pairs.merge(ids(pool.two("t", random)), 1, Integer::sum);
    }
    assertThat(pairs).containsOnlyKeys("a b", "b a", "a c", "c a", "b c", "c b");
    assertThat(pairs.values()).allMatch(n -> n > 850 && n < 1_150);
  }

  @Test
  void put_more_replacesTheOldestOfItsType() {
    BadCasePool pool = new BadCasePool(2);
    for (int i = 0; i < 5; i++) {
      pool.put(Fixtures.badCase("t" + i, "t", "i"));
    }
    pool.put(Fixtures.badCase("u0", "u", "i"));
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      pool.two("t", random).forEach(c -> seen.add(c.getBadCaseId()));
    }
    assertThat(seen).containsExactlyInAnyOrder("t3", "t4");
    assertThat(pool.size()).isEqualTo(3);
  }

  @Test
  void put_ofTooManyTypes_forgetsTheTypeThatHadNoneForLongest() {
    BadCasePool pool = new BadCasePool(1_000);
    for (int type = 0; type < 100; type++) {
      for (int i = 0; i < 1_000; i++) {
        pool.put(Fixtures.badCase("c" + i, "t" + type, "i"));
      }
    }
    assertThat(pool.size()).isEqualTo(BadCasePool.MOST);
    pool.put(Fixtures.badCase("again", "t0", "i"));
    pool.put(Fixtures.badCase("new", "u", "i"));
    assertThat(pool.two("t1", random)).isEmpty();
    assertThat(pool.two("t0", random)).hasSize(2);
    assertThat(pool.size()).isEqualTo(BadCasePool.MOST - 1_000 + 1);
  }
}
