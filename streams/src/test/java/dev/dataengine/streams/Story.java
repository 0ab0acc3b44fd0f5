package dev.dataengine.streams;

import dev.dataengine.events.EvaluationResult;
import dev.dataengine.events.ModelVersion;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * What evaluators wrote: one or two models on one or two benchmarks, up to twenty versions that
 * overlap in time, questions answered again, types that come and go, times that tie, some results
 * written late.
 */
final class Story {

  private static final double[] SCORES = {0, 0.25, 0.3, 0.333, 0.6, 1};

  private final Random random;
  private final List<EvaluationResult> results = new ArrayList<>();
  private final List<ModelVersion> announcements = new ArrayList<>();

  Story(Random random) {
    this.random = random;
    int benchmarks = 1 + random.nextInt(2);
    int models = 1 + random.nextInt(2);
    for (int model = 0; model < models; model++) {
      int versions = 1 + random.nextInt(benchmarks * models == 1 ? 20 : 8);
      for (int benchmark = 0; benchmark < benchmarks; benchmark++) {
        evaluate("b" + benchmark, "m" + model, versions);
      }
      for (long version = 0; version <= 2L * versions; version++) {
        String lineage = version < versions / 2 ? "" : "second";
        long since = version < versions / 2 ? 0 : versions / 2;
        announcements.add(Results.announcement("m" + model, version, lineage, since));
      }
    }
    // Evaluators write in time, but for what one of them was slow with.
    results.sort(java.util.Comparator.comparing(EvaluationResult::getEvaluatedAt));
    for (int slow = random.nextInt(4); slow > 0; slow--) {
      int from = random.nextInt(results.size());
      int to = Math.min(results.size(), from + 1 + random.nextInt(30));
      Collections.shuffle(results.subList(from, to), random);
    }
    for (int again = random.nextInt(20); again > 0; again--) {
      results.add(results.get(random.nextInt(results.size())));
    }
  }

  private void evaluate(String benchmark, String model, int versions) {
    int questions = 4 + random.nextInt(16);
    int told = random.nextInt(3) == 0 ? 0 : questions;
    long start = 1_000L + random.nextInt(50);
    int stride = 1 + random.nextInt(2);
    for (int number = 0; number < versions; number++) {
      long version = (long) number * stride;
      String lineage = version < versions / 2 ? "" : "second";
      int types = 1 + random.nextInt(4);
      int answered = random.nextInt(3) == 0 ? 1 + random.nextInt(questions) : questions;
      for (int question = 0; question < answered; question++) {
        for (int more = random.nextInt(8) == 0 ? 2 : 1; more > 0; more--) {
          EvaluationResult result =
              Results.result(
                  version,
                  benchmark + "q" + question,
                  "type" + (question + random.nextInt(10) / 9) % types,
                  SCORES[random.nextInt(SCORES.length)],
                  start + random.nextInt(100));
          result.setBenchmark(benchmark);
          result.setModel(model);
          result.setLineage(lineage);
          result.setQuestionCount(told);
          results.add(result);
        }
      }
      // The next version begins while this one is at work, at once with it, or afterwards.
      start += random.nextInt(130);
    }
  }

  List<EvaluationResult> results() {
    return results;
  }

  /** By rising version. */
  List<ModelVersion> announcements() {
    return announcements;
  }
}
