package dev.dataengine.producers.generator;

import dev.dataengine.events.BadCase;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * The latest bad cases of every type, a ring for each; of too many types, of those that had one
 * last.
 */
final class BadCasePool {

  /** Cases in memory, however many types there are. */
  static final int MOST = 100_000;

  private final int perType;
  private final Map<String, Ring> byType = new LinkedHashMap<>();
  private int size;

  private static final class Ring {
    private final List<BadCase> cases = new ArrayList<>();
    private int oldest;
  }

  BadCasePool(int perType) {
    this.perType = perType;
  }

  int size() {
    return size;
  }

  void put(BadCase badCase) {
    String type = badCase.getQuestionType();
    Ring known = byType.remove(type);
    Ring ring = known == null ? new Ring() : known;
    byType.put(type, ring); // now the last
    if (ring.cases.size() < perType) {
      ring.cases.add(badCase);
      size++;
    } else {
      ring.cases.set(ring.oldest, badCase);
      ring.oldest = (ring.oldest + 1) % perType;
    }
    while (size > MOST && byType.size() > 1) {
      String first = byType.keySet().iterator().next();
      Ring gone = byType.remove(first);
      size -= gone == null ? 0 : gone.cases.size();
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
