package dev.dataengine.streams;

import dev.dataengine.events.EvaluationResult;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The design's formulas over a list of answers, version after version, as naively as can be. */
final class Oracle {

  private final String strategy;
  private Map<String, Double> previous = Map.of();

  Oracle(String strategy) {
    this.strategy = strategy;
  }

  /** Probabilities after a version's answers, which become what the next version starts from. */
  Map<String, Double> version(List<EvaluationResult> answers) {
    Map<String, EvaluationResult> newest = new HashMap<>();
    for (EvaluationResult answer : answers) {
      EvaluationResult before = newest.get(answer.getQuestionId());
      if (before == null || before.getEvaluatedAt().isBefore(answer.getEvaluatedAt())) {
        newest.put(answer.getQuestionId(), answer);
      }
    }
    Map<String, Integer> n = new TreeMap<>();
    Map<String, BigDecimal> errors = new TreeMap<>();
    BigDecimal allErrors = BigDecimal.ZERO;
    for (EvaluationResult answer : newest.values()) {
      BigDecimal error = BigDecimal.ONE.subtract(BigDecimal.valueOf(answer.getScore()));
      n.merge(answer.getQuestionType(), 1, Integer::sum);
      errors.merge(answer.getQuestionType(), error, BigDecimal::add);
      allErrors = allErrors.add(error);
    }
    double global = allErrors.doubleValue() / newest.size();
    Map<String, Double> weights = new TreeMap<>(previous);
    weights.replaceAll((type, before) -> weight(0, 0, before));
    n.forEach(
        (type, count) ->
            weights.put(
                type,
                weight(
                    errors.getOrDefault(type, BigDecimal.ZERO).doubleValue(),
                    count,
                    previous.getOrDefault(type, global))));
    previous = weights;
    return probabilities(weights);
  }

  private double weight(double errors, int n, double before) {
    if (strategy.equals("smoothed")) {
      return (errors + 4 * before) / (n + 4);
    }
    return n == 0
        ? before
        : new BigDecimal(errors / n).setScale(3, RoundingMode.HALF_EVEN).doubleValue();
  }

  private static Map<String, Double> probabilities(Map<String, Double> weights) {
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
