package dev.dataengine.compose.monitor;

import dev.dataengine.events.EvaluationResult;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Results of one benchmark by model version, every question counted once: a later answer of the
 * same version replaces the earlier. To know the earlier answers, each partition keeps those of the
 * two highest versions that it has shown; a question's answers share a partition, so this is exact
 * however far partitions run ahead of each other while they are read. An answer of a version below
 * those two comes too late to be told from a repeated one and is not counted. Memory: two answers
 * per question, and a row of tallies per version.
 */
final class BenchmarkFigures {

  private static final int VERSIONS_KEPT = 2;

  private record Answer(String type, double error) {}

  private static final class Sums {
    private final Map<String, VersionFigures.Tally> byType = new TreeMap<>();
    private long questions;

    void add(String type, long n, double errors) {
      byType.merge(type, new VersionFigures.Tally(n, errors), (a, b) -> a.plus(b.n(), b.errors()));
    }
  }

  private final String name;
  private final Map<Integer, TreeMap<Long, Map<String, Answer>>> answers = new HashMap<>();
  private final TreeMap<Long, Sums> versions = new TreeMap<>();
  private long lastEvaluatedMillis = Long.MIN_VALUE;

  BenchmarkFigures(String name) {
    this.name = name;
  }

  void apply(EvaluationResult result, int partition) {
    long version = result.getModelVersion();
    TreeMap<Long, Map<String, Answer>> kept =
        answers.computeIfAbsent(partition, p -> new TreeMap<>());
    if (kept.size() == VERSIONS_KEPT && version < kept.firstKey()) {
      return;
    }
    Answer answer = new Answer(result.getQuestionType(), 1 - result.getScore());
    Answer earlier =
        kept.computeIfAbsent(version, v -> new HashMap<>()).put(result.getQuestionId(), answer);
    if (kept.size() > VERSIONS_KEPT) {
      kept.pollFirstEntry();
    }
    Sums sums = versions.computeIfAbsent(version, v -> new Sums());
    if (earlier != null) {
      sums.add(earlier.type(), -1, -earlier.error());
    }
    sums.add(answer.type(), 1, answer.error());
    sums.questions = Math.max(sums.questions, result.getQuestionCount());
    lastEvaluatedMillis = Math.max(lastEvaluatedMillis, result.getEvaluatedAt().toEpochMilli());
  }

  String name() {
    return name;
  }

  long lastEvaluatedMillis() {
    return lastEvaluatedMillis;
  }

  /** Distinct questions answered, summed over versions. */
  long results() {
    return versions().stream().mapToLong(VersionFigures::answered).sum();
  }

  /** Rising by version. */
  List<VersionFigures> versions() {
    return versions.entrySet().stream()
        .map(e -> new VersionFigures(e.getKey(), e.getValue().questions, e.getValue().byType))
        .toList();
  }

  VersionFigures latest() {
    List<VersionFigures> all = versions();
    return all.isEmpty() ? VersionFigures.NONE : all.get(all.size() - 1);
  }

  VersionFigures firstComplete() {
    return versions().stream()
        .filter(VersionFigures::complete)
        .findFirst()
        .orElse(VersionFigures.NONE);
  }

  VersionFigures lastComplete() {
    return versions().stream()
        .filter(VersionFigures::complete)
        .max(Comparator.comparingLong(VersionFigures::version))
        .orElse(VersionFigures.NONE);
  }
}
