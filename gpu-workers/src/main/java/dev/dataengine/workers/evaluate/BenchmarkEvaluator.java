package dev.dataengine.workers.evaluate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import dev.dataengine.benchmark.Benchmark;
import dev.dataengine.benchmark.BenchmarkQuestion;
import dev.dataengine.workers.adapter.LoadedAdapter;
import dev.dataengine.workers.image.FeatureCache;
import dev.dataengine.workers.image.ImageProcessor;
import dev.dataengine.workers.image.RgbImage;
import dev.dataengine.workers.model.LlavaModel;
import dev.dataengine.workers.model.PromptTokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * A benchmark with its images' features, ready to be answered by one version after another. The
 * images come in a random order, so that early answers speak for all. One thread owns it.
 */
public final class BenchmarkEvaluator implements AutoCloseable {

  /** Takes answers as they are made. */
  public interface Listener {
    /**
     * A question was answered.
     *
     * @param taken index of the choice
     * @param latencyMicros its share of the call's time, in microseconds
     */
    void answered(BenchmarkQuestion question, int taken, long latencyMicros);
  }

  private static final long ORDER = 17;

  /** Questions that share an image's tokens; attention costs the square of a row. */
  private static final int ROW_QUESTIONS = 8;

  private final NDManager manager;
  private final Benchmark benchmark;
  private final ImageProcessor processor;
  private final ChoiceScorer scorer;
  private final FeatureCache features;
  private final List<List<BenchmarkQuestion>> rows;
  private final int batchQuestions;

  public BenchmarkEvaluator(
      NDManager parent,
      LlavaModel model,
      PromptTokenizer tokenizer,
      ImageProcessor processor,
      Benchmark benchmark,
      int batchQuestions) {
    this.manager = parent.newSubManager();
    this.benchmark = benchmark;
    this.processor = processor;
    this.batchQuestions = batchQuestions;
    this.scorer = new ChoiceScorer(model, tokenizer);
    Set<String> images = new HashSet<>();
    benchmark.questions().forEach(q -> images.add(q.imageSha256()));
    this.features = new FeatureCache(manager, model, processor.side(), images.size());
    this.rows = rows(benchmark.questions());
    benchmark.questions().forEach(question -> requireText(tokenizer, question));
    JniUtils.setGradMode(false);
  }

  /**
   * Answers every question.
   *
   * @param running asked between batches; false ends the evaluation early
   * @return whether all were answered
   */
  public boolean evaluate(LoadedAdapter adapter, BooleanSupplier running, Listener listener) {
    List<List<BenchmarkQuestion>> batch = new ArrayList<>();
    int size = 0;
    for (List<BenchmarkQuestion> row : rows) {
      batch.add(row);
      size += row.size();
      if (size >= batchQuestions) {
        if (!running.getAsBoolean()) {
          return false;
        }
        answer(batch, adapter, listener);
        batch.clear();
        size = 0;
      }
    }
    if (!batch.isEmpty()) {
      answer(batch, adapter, listener);
    }
    return true;
  }

  private static void requireText(PromptTokenizer tokenizer, BenchmarkQuestion question) {
    try {
      tokenizer.question(question.question());
      question.choices().forEach(tokenizer::answer);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "benchmark question " + question.questionId() + ": " + e.getMessage(), e);
    }
  }

  private static List<List<BenchmarkQuestion>> rows(List<BenchmarkQuestion> questions) {
    Map<String, List<BenchmarkQuestion>> byImage = new LinkedHashMap<>();
    for (BenchmarkQuestion question : questions) {
      byImage.computeIfAbsent(question.imageSha256(), k -> new ArrayList<>()).add(question);
    }
    List<List<BenchmarkQuestion>> rows = new ArrayList<>();
    for (List<BenchmarkQuestion> of : byImage.values()) {
      for (int from = 0; from < of.size(); from += ROW_QUESTIONS) {
        rows.add(of.subList(from, Math.min(of.size(), from + ROW_QUESTIONS)));
      }
    }
    Collections.shuffle(rows, new Random(ORDER));
    return rows;
  }

  private void answer(
      List<List<BenchmarkQuestion>> batch, LoadedAdapter adapter, Listener listener) {
    long start = System.nanoTime();
    int[] taken;
    try (NDManager scope = manager.newSubManager()) {
      List<File> files = batch.stream().map(row -> new File(row.get(0))).toList();
      NDArray stacked = features.features(scope, files);
      taken = scorer.answer(scope, batch, stacked, adapter.view());
    }
    List<BenchmarkQuestion> answered = batch.stream().flatMap(List::stream).toList();
    long each = (System.nanoTime() - start) / 1_000 / answered.size();
    for (int i = 0; i < taken.length; i++) {
      listener.answered(answered.get(i), taken[i], each);
    }
  }

  @Override
  public void close() {
    features.close();
    manager.close();
  }

  /** An image of the benchmark. */
  private final class File implements FeatureCache.Source {
    private final String sha256;
    private final Path path;

    File(BenchmarkQuestion question) {
      this.sha256 = question.imageSha256();
      this.path = benchmark.imageFile(question);
    }

    @Override
    public String sha256() {
      return sha256;
    }

    @Override
    public float[] pixels() {
      try {
        return processor.process(RgbImage.decode(Files.readAllBytes(path)));
      } catch (IOException e) {
        throw new UncheckedIOException(path + ": " + e.getMessage(), e);
      }
    }
  }
}
