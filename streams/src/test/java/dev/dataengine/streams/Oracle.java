package dev.dataengine.streams;

import dev.dataengine.events.EvaluationResult;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The design's formulas over the results of one model on one benchmark, read one by one in the
 * order of time, as naively as can be.
 */
final class Oracle {

  /** Of answers given at the same time those of the older version are first. */
  private static final Comparator<EvaluationResult> ORDER =
      Comparator.comparing(EvaluationResult::getEvaluatedAt)
          .thenComparing(EvaluationResult::getModelVersion)
          .thenComparing(EvaluationResult::getQuestionType)
          .thenComparing(Comparator.comparing(EvaluationResult::getScore).reversed());

  private final String strategy;
  private final Map<Long, Map<String, EvaluationResult>> answers = new TreeMap<>();
  private final Map<Long, Integer> questions = new TreeMap<>();
  private Map<String, Double> previous = Map.of();
  private long newest = -1;

  Oracle(String strategy, List<EvaluationResult> results) {
    this.strategy = strategy;
    List<EvaluationResult> inOrder = new ArrayList<>(results);
    inOrder.sort(ORDER);
    inOrder.forEach(r -> questions.merge(r.getModelVersion(), r.getQuestionCount(), Math::max));
    inOrder.forEach(this::read);
  }

  private void read(EvaluationResult result) {
    long version = result.getModelVersion();
    if (version > newest) {
      if (newest >= 0) {
        previous = weights(newest, count(newest) == 0 || complete(newest));
      }
      newest = version;
    }
    answers.computeIfAbsent(version, v -> new TreeMap<>()).put(result.getQuestionId(), result);
  }

  private boolean complete(long version) {
    return answersOf(version).size() >= count(version);
  }

  private int count(long version) {
    return questions.getOrDefault(version, 0);
  }

  private Map<String, EvaluationResult> answersOf(long version) {
    return answers.getOrDefault(version, Map.of());
  }

  long newest() {
    return newest;
  }

  boolean isComplete() {
    return count(newest) > 0 && complete(newest);
  }

  /** Distinct questions and errors by {@code version|type}. */
  Map<String, Tuple> statistics() {
    Map<String, Tuple> statistics = new TreeMap<>();
    answers.forEach(
        (version, byQuestion) ->
            tuples(version).forEach((type, tuple) -> statistics.put(version + "|" + type, tuple)));
    return statistics;
  }

  record Tuple(int n, BigDecimal errors) {}

  private Map<String, Tuple> tuples(long version) {
    Map<String, Tuple> tuples = new TreeMap<>();
    for (EvaluationResult answer : answersOf(version).values()) {
      BigDecimal error = BigDecimal.ONE.subtract(BigDecimal.valueOf(answer.getScore()));
      tuples.merge(
          answer.getQuestionType(),
          new Tuple(1, error),
          (a, b) -> new Tuple(a.n() + b.n(), a.errors().add(b.errors())));
    }
    return tuples;
  }

  /** Weights of the newest version at the end. */
  Map<String, Double> weights() {
    return weights(newest, isComplete());
  }

  private Map<String, Double> weights(long version, boolean complete) {
    Map<String, Tuple> tuples = tuples(version);
    double n = 0;
    BigDecimal errors = BigDecimal.ZERO;
    for (Tuple tuple : tuples.values()) {
      n += tuple.n();
      errors = errors.add(tuple.errors());
    }
    double global = errors.doubleValue() / n;
    Map<String, Double> weights = new TreeMap<>();
    if (!complete) {
      previous.forEach((type, before) -> weights.put(type, weight(0, 0, before)));
    }
    tuples.forEach(
        (type, tuple) ->
            weights.put(
                type,
                weight(
                    tuple.errors().doubleValue(), tuple.n(), previous.getOrDefault(type, global))));
    return weights;
  }

  private double weight(double errors, int n, double before) {
    if (strategy.equals("smoothed")) {
      return (errors + 4 * before) / (n + 4);
    }
    return n == 0
        ? before
        : new BigDecimal(errors / n).setScale(3, RoundingMode.HALF_EVEN).doubleValue();
  }

  static Map<String, Double> probabilities(Map<String, Double> weights) {
    double sum = weights.values().stream().mapToDouble(Double::doubleValue).sum();
    Map<String, Double> probabilities = new TreeMap<>();
    weights.forEach(
        (type, weight) ->
            probabilities.put(
                type,
                0.95 * (sum == 0 ? 1.0 / weights.size() : weight / sum) + 0.05 / weights.size()));
    return probabilities;
  }
}
