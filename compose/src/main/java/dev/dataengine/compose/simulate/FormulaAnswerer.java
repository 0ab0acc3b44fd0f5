package dev.dataengine.compose.simulate;

import dev.dataengine.benchmark.Benchmark;
import dev.dataengine.benchmark.BenchmarkQuestion;
import dev.dataengine.events.ModelVersion;
import dev.dataengine.workers.evaluate.Answer;
import dev.dataengine.workers.evaluate.Answerer;
import dev.dataengine.workers.evaluate.Answering;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Answers as the formula's model would: the more samples of a type a version has learned, the more
 * questions of it are right, and what was right stays right.
 */
final class FormulaAnswerer implements Answerer {
  private static final int BATCH = 5;
  private static final double FIRST = 0.3;
  private static final double MOST = 0.95;
  private static final double EACH = 0.02;

  private final Benchmark benchmark;

  FormulaAnswerer(Benchmark benchmark) {
    this.benchmark = benchmark;
  }

  @Override
  public String base() {
    return FormulaLearner.IDENTITY.base();
  }

  @Override
  public String precision() {
    return FormulaLearner.IDENTITY.precision();
  }

  @Override
  public boolean adopt(String wanted) {
    return false;
  }

  @Override
  public Answering begin(ModelVersion version) {
    Map<String, Integer> learned = learned(version);
    return new Answering() {
      private int at;

      @Override
      public List<Answer> next() {
        List<Answer> answers = new ArrayList<>();
        List<BenchmarkQuestion> all = benchmark.questions();
        for (; at < all.size() && answers.size() < BATCH; at++) {
          answers.add(answer(all.get(at), learned));
        }
        return answers;
      }

      @Override
      public void close() {}
    };
  }

  private static Answer answer(BenchmarkQuestion question, Map<String, Integer> learned) {
    double skill = Math.min(MOST, FIRST + EACH * learned.getOrDefault(question.questionType(), 0));
    double hardness = Math.floorMod(question.questionId().hashCode() * 0x9E3779B9, 1_000) / 1_000.0;
    int correct = question.correctChoice();
    int wrong = (correct + 1) % question.choices().size();
    return new Answer(question, hardness < skill ? correct : wrong, 1);
  }

  private static Map<String, Integer> learned(ModelVersion version) {
    Map<String, Integer> byType = new HashMap<>();
    String uri = version.getAdapterUri();
    if (uri != null) {
      try {
        for (String line : FormulaLearner.learnedBy(Path.of(URI.create(uri)))) {
          byType.merge(line.substring(line.indexOf('\t') + 1), 1, Integer::sum);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return byType;
  }

  @Override
  public void close() {}
}
