package dev.dataengine.compose.simulate;

import dev.dataengine.events.EvaluationResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Weights of one benchmark and model as results read in time order give them, one after the other:
 * the strategy {@code smoothed}, written anew and naively.
 */
final class TimeOrderOracle {
  private static final double KAPPA = 4;

  /** Errors of distinct questions. */
  record Tally(long n, double errors) {}

  private record Answer(String type, double error) {}

  private final Map<Long, Map<String, Answer>> answers = new TreeMap<>();
  private Map<String, Double> previous = Map.of();
  private long newest = -1;

  TimeOrderOracle(List<EvaluationResult> results) {
    List<EvaluationResult> inOrder = new ArrayList<>(results);
    inOrder.sort(
        Comparator.comparingLong((EvaluationResult r) -> r.getEvaluatedAt().toEpochMilli())
            .thenComparingLong(EvaluationResult::getModelVersion));
    for (EvaluationResult result : inOrder) {
      long version = result.getModelVersion();
      if (version > newest) {
        previous = newest < 0 ? Map.of() : weights();
        newest = version;
      }
      answers
          .computeIfAbsent(version, v -> new HashMap<>())
          .put(result.getQuestionId(), new Answer(result.getQuestionType(), 1 - result.getScore()));
    }
  }

  long newest() {
    return newest;
  }

  /** By version and type. */
  Map<Long, Map<String, Tally>> tallies() {
    Map<Long, Map<String, Tally>> tallies = new TreeMap<>();
    answers.keySet().forEach(version -> tallies.put(version, tally(version)));
    return tallies;
  }

  private Map<String, Tally> tally(long version) {
    Map<String, Tally> byType = new TreeMap<>();
    for (Answer answer : answers.getOrDefault(version, Map.of()).values()) {
      byType.merge(
          answer.type(),
          new Tally(1, answer.error()),
          (a, b) -> new Tally(a.n() + b.n(), a.errors() + b.errors()));
    }
    return byType;
  }

  /** Of the newest version, by type; of the types that it has answered. */
  Map<String, Double> weights() {
    Map<String, Tally> now = tally(newest);
    long n = now.values().stream().mapToLong(Tally::n).sum();
    double errors = now.values().stream().mapToDouble(Tally::errors).sum();
    double global = n == 0 ? 0 : errors / n;
    TreeSet<String> types = new TreeSet<>(previous.keySet());
    types.addAll(now.keySet());
    Map<String, Double> weights = new TreeMap<>();
    for (String type : types) {
      Tally tally = now.getOrDefault(type, new Tally(0, 0));
      double prior = previous.getOrDefault(type, global);
      weights.put(type, (tally.errors() + KAPPA * prior) / (tally.n() + KAPPA));
    }
    return weights;
  }
}
