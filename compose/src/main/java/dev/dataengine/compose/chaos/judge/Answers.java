package dev.dataengine.compose.chaos.judge;

import dev.dataengine.compose.chaos.evidence.Evidence;
import dev.dataengine.compose.chaos.evidence.Position;
import dev.dataengine.compose.chaos.evidence.ResultSeen;
import dev.dataengine.compose.chaos.evidence.VersionKey;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The distinct sound answers of every version: of several to one question the one evaluated last,
 * of those evaluated at the same time the one that came last.
 */
final class Answers {

  /**
   * Answers of one type.
   *
   * @param errors sum of 1 - score
   */
  record OfType(long n, double errors) {
    static final OfType NONE = new OfType(0, 0);

    OfType with(double score) {
      return new OfType(n + 1, errors + 1 - score);
    }
  }

  private static final Comparator<ResultSeen> LATER =
      Comparator.comparingLong(ResultSeen::evaluatedAt)
          .thenComparingLong(result -> result.position().offset());

  private final Map<VersionKey, Map<String, ResultSeen>> answers = new HashMap<>();

  Answers(Evidence evidence) {
    Announced announced = new Announced(evidence);
    Set<Position> poison = evidence.poisonByPosition().keySet();
    for (ResultSeen result : evidence.results()) {
      VersionKey version = result.version();
      if (!poison.contains(result.position())
          && announced.has(version.model(), version.version(), result.lineage())) {
        answers
            .computeIfAbsent(version, v -> new HashMap<>())
            .merge(result.questionId(), result, (a, b) -> LATER.compare(a, b) > 0 ? a : b);
      }
    }
  }

  Set<VersionKey> versions() {
    return answers.keySet();
  }

  /** Distinct questions of all versions. */
  long count() {
    return answers.values().stream().mapToLong(Map::size).sum();
  }

  /** By type. */
  Map<String, OfType> of(VersionKey version) {
    Map<String, OfType> types = new TreeMap<>();
    for (ResultSeen answer : answers.getOrDefault(version, Map.of()).values()) {
      types.merge(
          answer.type(), OfType.NONE.with(answer.score()), (sum, one) -> sum.with(answer.score()));
    }
    return types;
  }

  /** Whether every question of the benchmark was answered. */
  boolean isComplete(VersionKey version) {
    Map<String, ResultSeen> of = answers.getOrDefault(version, Map.of());
    int questions = of.values().stream().mapToInt(ResultSeen::questions).max().orElse(0);
    return questions > 0 && of.size() >= questions;
  }

  /** Whether it is among the newest that were answered of its benchmark and model. */
  boolean isAmongNewest(VersionKey version, int count) {
    TreeSet<Long> numbers = new TreeSet<>(Comparator.reverseOrder());
    for (VersionKey other : answers.keySet()) {
      if (other.benchmark().equals(version.benchmark()) && other.model().equals(version.model())) {
        numbers.add(other.version());
      }
    }
    return numbers.stream().limit(count).anyMatch(number -> number == version.version());
  }
}
