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
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * A benchmark with its images' features, ready to be answered by one version after another. The
 * questions come in an order that mixes the types, so that early answers speak for all of them. One
 * thread owns it.
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

  private final NDManager manager;
  private final Benchmark benchmark;
  private final ImageProcessor processor;
  private final ChoiceScorer scorer;
  private final FeatureCache features;
  private final List<BenchmarkQuestion> questions;
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
    this.questions = new ArrayList<>(benchmark.questions());
    java.util.Collections.shuffle(questions, new Random(ORDER));
    JniUtils.setGradMode(false);
  }

  /**
   * Answers every question.
   *
   * @param running asked between batches; false ends the evaluation early
   * @return whether all were answered
   */
  public boolean evaluate(LoadedAdapter adapter, BooleanSupplier running, Listener listener) {
    for (int from = 0; from < questions.size(); from += batchQuestions) {
      if (!running.getAsBoolean()) {
        return false;
      }
      int to = Math.min(questions.size(), from + batchQuestions);
      answer(questions.subList(from, to), adapter, listener);
    }
    return true;
  }

  private void answer(List<BenchmarkQuestion> batch, LoadedAdapter adapter, Listener listener) {
    long start = System.nanoTime();
    int[] taken;
    try (NDManager scope = manager.newSubManager()) {
      List<File> files =
          batch.stream().map(q -> new File(q.imageSha256(), benchmark.imageFile(q))).toList();
      NDArray stacked = features.features(scope, files);
      taken = scorer.answer(scope, batch, stacked, adapter.view());
    }
    long each = (System.nanoTime() - start) / 1_000 / batch.size();
    for (int i = 0; i < taken.length; i++) {
      listener.answered(batch.get(i), taken[i], each);
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

    File(String sha256, Path path) {
      this.sha256 = sha256;
      this.path = path;
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
