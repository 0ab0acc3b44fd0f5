package dev.dataengine.compose.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.events.BadCase;
import dev.dataengine.events.EvaluationResult;
import dev.dataengine.events.ModelState;
import dev.dataengine.events.ModelVersion;
import dev.dataengine.events.QuestionTypeStats;
import dev.dataengine.events.WeightUpdate;
import dev.dataengine.topics.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Results of versions one after the other, every question answered once by each, and what must come
 * of them, counted by hand: question i is wrong where (i + version) % 3 is 0, of type i % 4.
 */
record Results(int questions) {

  static final String BENCHMARK = "scenes";
  static final String MODEL = "tiny";

  List<EvaluationResult> version(long version) {
    return version(version, 0, questions);
  }

  List<EvaluationResult> version(long version, int from, int to) {
    List<EvaluationResult> results = new ArrayList<>();
    for (int question = from; question < to; question++) {
      results.add(result(version, question));
    }
    return results;
  }

  /** The same question answered again, so much later. */
  EvaluationResult again(long version, int question, boolean wrong, int laterMillis) {
    EvaluationResult first = result(version, question);
    return EvaluationResult.newBuilder(first)
        .setResultId(first.getResultId() + "/" + laterMillis)
        .setPredictedChoice(wrong ? 1 : 0)
        .setScore(wrong ? 0 : 1)
        .setEvaluatedAt(first.getEvaluatedAt().plusMillis(laterMillis))
        .build();
  }

  private EvaluationResult result(long version, int question) {
    return EvaluationResult.newBuilder()
        .setResultId(version + "/" + question)
        .setBenchmark(BENCHMARK)
        .setModel(MODEL)
        .setModelVersion(version)
        .setQuestionId("q" + question)
        .setImageId("i" + question)
        .setQuestion("What is it that question " + question + " asks?")
        .setQuestionType("type" + question % 4)
        .setChoices(List.of("a cube", "a sphere", "a cone", "a torus"))
        .setCorrectChoice(0)
        .setPredictedChoice(isWrong(version, question) ? 1 : 0)
        .setScore(isWrong(version, question) ? 0 : 1)
        .setQuestionCount(questions)
        .setEvaluatedAt(Instant.ofEpochMilli(1_000_000 + version * 10_000_000 + question))
        .build();
  }

  static boolean isWrong(long version, int question) {
    return (question + version) % 3 == 0;
  }

  static ModelVersion announcement(long version) {
    return ModelVersion.newBuilder()
        .setVersionId(MODEL + "|" + version)
        .setModel(MODEL)
        .setVersion(version)
        .setBase("0")
        .setState(ModelState.CANDIDATE)
        .setCreatedAt(Instant.EPOCH)
        .build();
  }

  /** Waits until each version is counted whole, and checks that nothing was counted twice. */
  void check(Cluster cluster, long... versions) throws Exception {
    Map<String, Long> n = new TreeMap<>();
    Map<String, Double> errors = new TreeMap<>();
    for (long version : versions) {
      for (int question = 0; question < questions; question++) {
        String id = BENCHMARK + "|" + MODEL + "|" + version + "|type" + question % 4;
        n.merge(id, 1L, Long::sum);
        errors.merge(id, isWrong(version, question) ? 1.0 : 0.0, Double::sum);
      }
    }
    try {
      Cluster.eventually(Duration.ofSeconds(60), "the statistics", () -> count(cluster).equals(n));
    } catch (AssertionError e) {
      assertThat(count(cluster)).isEqualTo(n);
    }
    cluster
        .stats()
        .forEach((id, stats) -> assertThat(stats.getErrors()).as(id).isEqualTo(errors.get(id)));
  }

  private static Map<String, Long> count(Cluster cluster) {
    Map<String, Long> n = new TreeMap<>();
    cluster.stats().forEach((id, stats) -> n.put(id, stats.getN()));
    return n;
  }

  /** Every wrong answer is one bad case and no more, and updates are numbered without a gap. */
  void checkExactlyOnce(Cluster cluster, long... versions) {
    List<String> expected = new ArrayList<>();
    for (long version : versions) {
      for (int question = 0; question < questions; question++) {
        if (isWrong(version, question)) {
          expected.add(BENCHMARK + "|" + MODEL + "|" + version + "|q" + question);
        }
      }
    }
    List<String> found = new ArrayList<>();
    cluster
        .read(Topic.BAD_CASES, BadCase.class)
        .forEach(badCase -> found.add(badCase.getBadCaseId()));
    Collections.sort(found);
    Collections.sort(expected);
    assertThat(found).hasSameSizeAs(expected);
    assertThat(found.equals(expected)).isTrue();
    List<WeightUpdate> updates = cluster.read(Topic.QUESTION_TYPE_WEIGHTS, WeightUpdate.class);
    for (int i = 0; i < updates.size(); i++) {
      assertThat(updates.get(i).getSequence()).isEqualTo(i + 1);
    }
    WeightUpdate last = updates.get(updates.size() - 1);
    assertThat(last.getModelVersion()).isEqualTo(versions[versions.length - 1]);
    assertThat(last.getComplete()).isTrue();
  }

  static long n(Map<String, QuestionTypeStats> stats) {
    return stats.values().stream().mapToLong(QuestionTypeStats::getN).sum();
  }
}
