package dev.dataengine.compose.monitor;

import dev.dataengine.events.QuestionTypeStats;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How the versions of one model do on one benchmark, by the statistics that were told last. Memory:
 * a row for each type of each version whose statistics are in the topic.
 */
final class BenchmarkFigures {

  private final String name;
  private final TreeMap<Long, Map<String, QuestionTypeStats>> versions = new TreeMap<>();
  private long lastToldMillis = Long.MIN_VALUE;

  BenchmarkFigures(String name) {
    this.name = name;
  }

  void apply(QuestionTypeStats stats) {
    versions
        .computeIfAbsent(stats.getModelVersion(), version -> new HashMap<>())
        .put(stats.getQuestionType(), stats);
    lastToldMillis = Math.max(lastToldMillis, stats.getUpdatedAt().toEpochMilli());
  }

  void remove(QuestionTypeStats stats) {
    versions.computeIfPresent(
        stats.getModelVersion(),
        (version, types) -> {
          types.remove(stats.getQuestionType());
          return types.isEmpty() ? null : types;
        });
  }

  String name() {
    return name;
  }

  long lastToldMillis() {
    return lastToldMillis;
  }

  /** Distinct questions answered, summed over the versions that are there. */
  long results() {
    return versions().stream().mapToLong(VersionFigures::answered).sum();
  }

  /** Rising by version. */
  List<VersionFigures> versions() {
    return versions.entrySet().stream()
        .map(version -> figures(version.getKey(), version.getValue()))
        .toList();
  }

  private static VersionFigures figures(long version, Map<String, QuestionTypeStats> types) {
    long questions =
        types.values().stream().mapToLong(QuestionTypeStats::getQuestionCount).max().orElse(0);
    return new VersionFigures(
        version,
        questions,
        types.entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey,
                    type ->
                        new VersionFigures.Tally(
                            type.getValue().getN(), type.getValue().getErrors()))));
  }

  VersionFigures latest() {
    return versions.isEmpty()
        ? VersionFigures.NONE
        : figures(versions.lastKey(), versions.lastEntry().getValue());
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
        .reduce((a, b) -> b)
        .orElse(VersionFigures.NONE);
  }
}
