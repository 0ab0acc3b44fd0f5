package dev.dataengine.producers.generator;

import dev.dataengine.events.BadCase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** The latest bad cases of every type, a ring for each. */
final class BadCasePool {

  private final int perType;
  private final Map<String, Ring> byType = new HashMap<>();

  private static final class Ring {
    private final List<BadCase> cases = new ArrayList<>();
    private int oldest;
  }

  BadCasePool(int perType) {
    this.perType = perType;
  }

  void put(BadCase badCase) {
    Ring ring = byType.computeIfAbsent(badCase.getQuestionType(), k -> new Ring());
    if (ring.cases.size() < perType) {
      ring.cases.add(badCase);
    } else {
      ring.cases.set(ring.oldest, badCase);
      ring.oldest = (ring.oldest + 1) % perType;
    }
  }

  /** Two different ones of the type at random; fewer where there are fewer. */
  List<BadCase> two(String type, RandomGenerator random) {
    Ring ring = byType.get(type);
    if (ring == null) {
      return List.of();
    }
    int size = ring.cases.size();
    int first = random.nextInt(size);
    if (size == 1) {
      return List.of(ring.cases.get(first));
    }
    int second = (first + 1 + random.nextInt(size - 1)) % size;
    return List.of(ring.cases.get(first), ring.cases.get(second));
  }
}
