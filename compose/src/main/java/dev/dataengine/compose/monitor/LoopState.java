package dev.dataengine.compose.monitor;

import dev.dataengine.events.ModelVersion;
import dev.dataengine.events.QuestionTypeStats;
import dev.dataengine.events.RejectedSample;
import dev.dataengine.events.VqaSample;
import dev.dataengine.events.WeightUpdate;
import dev.dataengine.topics.VersionNumbers;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the topics say about the loop, folded event by event into bounded figures. Two folds of the
 * same topics give the same figures, in whatever order the partitions were interleaved, and so does
 * one of the compacted topics. Counts that compaction would lose come from the numbers that events
 * carry: a model's version and a weight update's sequence both rise by one. Not for several
 * threads.
 */
final class LoopState {

  private final Map<String, BenchmarkFigures> benchmarks = new TreeMap<>();
  private final Map<String, QuestionTypeStats> stats = new HashMap<>();
  private final Map<String, WeightUpdate> weights = new HashMap<>();
  private final Map<String, ModelVersion> models = new HashMap<>();
  private final Map<String, Long> generated = new TreeMap<>();
  private long rejected;

  /** Statistics of a type; what was told last stands. */
  void apply(QuestionTypeStats told) {
    // Before weights were those of a model too the keys had no model: those are never complete.
    if (told.getStatsId().equals(statsId(told))) {
      stats.put(told.getStatsId(), told);
      benchmark(told).apply(told);
    }
  }

  /** The statistics with that key have left the topic. */
  void forgetStats(String key) {
    QuestionTypeStats gone = stats.remove(key);
    if (gone != null) {
      benchmark(gone).remove(gone);
    }
  }

  private BenchmarkFigures benchmark(QuestionTypeStats told) {
    return benchmarks.computeIfAbsent(
        key(told.getBenchmark(), told.getModel()),
        key -> new BenchmarkFigures(told.getBenchmark()));
  }

  private static String statsId(QuestionTypeStats told) {
    return key(told.getBenchmark(), told.getModel())
        + "|"
        + told.getModelVersion()
        + "|"
        + told.getQuestionType();
  }

  private static String key(String benchmark, String model) {
    return benchmark + "|" + model;
  }

  /** An update of the weights; the one told last stands. */
  void apply(WeightUpdate update) {
    weights.put(key(update.getBenchmark(), update.getModel()), update);
  }

  void apply(VqaSample sample) {
    generated.merge(sample.getQuestionType(), 1L, Long::sum);
  }

  void apply(@SuppressWarnings("unused") RejectedSample sample) {
    rejected++;
  }

  /** A version; what is none to trainers and evaluators is none here. */
  void apply(ModelVersion version) {
    if (VersionNumbers.isPossible(version.getVersion())) {
      models.merge(version.getModel(), version, (a, b) -> b.getVersion() >= a.getVersion() ? b : a);
    }
  }

  LoopFigures figures() {
    // one data directory may have seen several benchmarks and models: the one told last is shown
    Optional<Map.Entry<String, BenchmarkFigures>> last =
        benchmarks.entrySet().stream()
            .reduce(
                (a, b) -> b.getValue().lastToldMillis() >= a.getValue().lastToldMillis() ? b : a);
    Optional<BenchmarkFigures> current = last.map(Map.Entry::getValue);
    WeightUpdate update =
        last.map(entry -> weights.get(entry.getKey()))
            .orElseGet(() -> weights.values().stream().findFirst().orElse(null));
    Map<String, Long> trained = new TreeMap<>();
    models
        .values()
        .forEach(m -> m.getSamplesByType().forEach((t, n) -> trained.merge(t, n, Long::sum)));
    return new LoopFigures(
        current.map(BenchmarkFigures::name),
        types(current.orElse(null), update, trained),
        current.map(BenchmarkFigures::versions).orElseGet(java.util.List::of),
        models.values().stream().mapToLong(ModelVersion::getVersion).max().orElse(0),
        models.values().stream().mapToLong(ModelVersion::getVersion).sum(),
        weights.values().stream().mapToLong(WeightUpdate::getSequence).sum(),
        benchmarks.values().stream().mapToLong(BenchmarkFigures::results).sum()
            + weights.values().stream().mapToLong(WeightUpdate::getResultsForgotten).sum(),
        generated.values().stream().mapToLong(Long::longValue).sum(),
        rejected,
        models.values().stream().mapToLong(ModelVersion::getSamplesTrained).sum(),
        models.values().stream().mapToLong(ModelVersion::getTrainingMillis).sum());
  }

  private Map<String, TypeFigures> types(
      @Nullable BenchmarkFigures benchmark,
      @Nullable WeightUpdate update,
      Map<String, Long> trained) {
    Map<String, VersionFigures.Tally> latest =
        benchmark == null ? Map.of() : benchmark.latest().byType();
    Map<String, VersionFigures.Tally> first =
        benchmark == null ? Map.of() : benchmark.firstComplete().byType();
    Map<String, VersionFigures.Tally> last =
        benchmark == null ? Map.of() : benchmark.lastComplete().byType();
    TreeSet<String> names = new TreeSet<>(latest.keySet());
    names.addAll(first.keySet());
    names.addAll(generated.keySet());
    names.addAll(trained.keySet());
    if (update != null) {
      names.addAll(update.getTypes().keySet());
    }
    Map<String, TypeFigures> types = new TreeMap<>();
    for (String name : names) {
      var weight = update == null ? null : update.getTypes().get(name);
      types.put(
          name,
          new TypeFigures(
              latest.getOrDefault(name, VersionFigures.Tally.NONE).n(),
              rate(latest, name),
              rate(first, name),
              rate(last, name),
              weight == null ? null : weight.getWeight(),
              weight == null ? null : weight.getProbability(),
              generated.getOrDefault(name, 0L),
              trained.getOrDefault(name, 0L)));
    }
    return types;
  }

  private static @Nullable Double rate(Map<String, VersionFigures.Tally> tallies, String type) {
    VersionFigures.Tally tally = tallies.get(type);
    return tally == null || tally.n() == 0 ? null : tally.errorRate();
  }
}
