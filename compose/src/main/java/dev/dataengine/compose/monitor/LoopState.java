package dev.dataengine.compose.monitor;

import dev.dataengine.events.EvaluationResult;
import dev.dataengine.events.ModelVersion;
import dev.dataengine.events.RejectedSample;
import dev.dataengine.events.VqaSample;
import dev.dataengine.events.WeightUpdate;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the topics say about the loop, folded event by event into bounded figures. Two folds of the
 * same topics give the same figures, in whatever order the partitions were interleaved. Counts that
 * compaction would lose come from the numbers that events carry: a model's version and a weight
 * update's sequence both rise by one. Not for several threads.
 */
final class LoopState {

  private final Map<String, BenchmarkFigures> benchmarks = new TreeMap<>();
  private final Map<String, WeightUpdate> weights = new HashMap<>();
  private final Map<String, ModelVersion> models = new HashMap<>();
  private final Map<String, Long> generated = new TreeMap<>();
  private long rejected;

  /**
   * @param partition of the record: a question's answers are all in one, since it is the key
   */
  void apply(EvaluationResult result, int partition) {
    benchmarks
        .computeIfAbsent(result.getBenchmark(), BenchmarkFigures::new)
        .apply(result, partition);
  }

  void apply(WeightUpdate update) {
    weights.merge(
        update.getBenchmark(), update, (a, b) -> b.getSequence() >= a.getSequence() ? b : a);
  }

  void apply(VqaSample sample) {
    generated.merge(sample.getQuestionType(), 1L, Long::sum);
  }

  void apply(@SuppressWarnings("unused") RejectedSample sample) {
    rejected++;
  }

  void apply(ModelVersion version) {
    models.merge(version.getModel(), version, (a, b) -> b.getVersion() >= a.getVersion() ? b : a);
  }

  LoopFigures figures() {
    // one data directory may have seen several benchmarks: the one evaluated last is shown
    Optional<BenchmarkFigures> current =
        benchmarks.values().stream()
            .reduce((a, b) -> b.lastEvaluatedMillis() >= a.lastEvaluatedMillis() ? b : a);
    WeightUpdate update =
        current
            .map(benchmark -> weights.get(benchmark.name()))
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
        benchmarks.values().stream().mapToLong(BenchmarkFigures::results).sum(),
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
