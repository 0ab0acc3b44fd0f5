package dev.dataengine.workers.evaluate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import dev.dataengine.benchmark.Benchmark;
import dev.dataengine.benchmark.BenchmarkException;
import dev.dataengine.benchmark.BenchmarkQuestion;
import dev.dataengine.benchmark.Sha256;
import dev.dataengine.workers.adapter.LoadedAdapter;
import dev.dataengine.workers.image.FeatureCache;
import dev.dataengine.workers.image.ImageProcessor;
import dev.dataengine.workers.image.RgbImage;
import dev.dataengine.workers.model.ImageRows;
import dev.dataengine.workers.model.LlavaModel;
import dev.dataengine.workers.model.PromptTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A benchmark with its images' features, ready to be answered by one version after another. The
 * images come in a random order, so that early answers speak for all. One thread owns it.
 */
public final class BenchmarkEvaluator implements AutoCloseable {

  private static final long ORDER = 17;

  /** Questions that share an image's tokens; attention costs the square of a row. */
  private static final int ROW_QUESTIONS = 8;

  /** Of the questions of a row with their choices, so that memory is bounded. */
  private static final int ROW_TOKENS = 1024;

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
    int room = model.config().text().maxPositions() - tokenizer.imagePrefix().length;
    this.rows = rows(question -> tokens(tokenizer, question, room));
    JniUtils.setGradMode(false);
  }

  /** Begins to answer every question with an adapter, which the caller closes afterwards. */
  public Answering begin(LoadedAdapter adapter) {
    return new Pass(adapter);
  }

  /** One way through all rows. */
  private final class Pass implements Answering {
    private final LoadedAdapter adapter;
    private int next;

    Pass(LoadedAdapter adapter) {
      this.adapter = adapter;
    }

    @Override
    public List<Answer> next() throws UnfitVersionException {
      List<List<BenchmarkQuestion>> batch = new ArrayList<>();
      for (int size = 0; next < rows.size() && size < batchQuestions; next++) {
        batch.add(rows.get(next));
        size += rows.get(next).size();
      }
      return batch.isEmpty() ? List.of() : answer(batch, adapter);
    }

    @Override
    public void close() {
      next = rows.size();
    }
  }

  /** Of the question with all its choices. */
  private int tokens(PromptTokenizer tokenizer, BenchmarkQuestion question, int room) {
    int all;
    int longest = 0;
    try {
      int own = tokenizer.question(question.question()).length;
      all = own;
      for (String choice : question.choices()) {
        int answer = tokenizer.answer(choice).length;
        all += answer;
        longest = Math.max(longest, own + answer);
      }
    } catch (IllegalArgumentException e) {
      throw refused(question, e.getMessage(), e);
    }
    if (longest > room || all > ROW_TOKENS) {
      throw refused(
          question,
          "expected at most %d tokens of question and choice, and %d of question and choices, got %d and %d"
              .formatted(room, ROW_TOKENS, longest, all),
          null);
    }
    return all;
  }

  private BenchmarkException refused(
      BenchmarkQuestion question, @Nullable String reason, @Nullable Exception cause) {
    String message =
        "%s, question %s: %s; correct or remove it"
            .formatted(benchmark.dir(), question.questionId(), reason);
    return cause == null ? new BenchmarkException(message) : new BenchmarkException(message, cause);
  }

  private List<List<BenchmarkQuestion>> rows(ToIntFunction<BenchmarkQuestion> tokens) {
    List<List<BenchmarkQuestion>> rows =
        ImageRows.of(
            benchmark.questions(),
            BenchmarkQuestion::imageSha256,
            tokens,
            ROW_TOKENS,
            ROW_QUESTIONS);
    Collections.shuffle(rows, new Random(ORDER));
    return rows;
  }

  private List<Answer> answer(List<List<BenchmarkQuestion>> batch, LoadedAdapter adapter)
      throws UnfitVersionException {
    long start = System.nanoTime();
    int[] taken;
    try (NDManager scope = manager.newSubManager()) {
      List<File> files = batch.stream().map(row -> new File(row.get(0))).toList();
      NDArray stacked = features.features(scope, files);
      taken = scorer.answer(scope, batch, stacked, adapter.view());
    }
    List<BenchmarkQuestion> asked = batch.stream().flatMap(List::stream).toList();
    long each = (System.nanoTime() - start) / 1_000 / asked.size();
    List<Answer> answers = new ArrayList<>();
    for (int i = 0; i < taken.length; i++) {
      answers.add(new Answer(asked.get(i), taken[i], each));
    }
    return answers;
  }

  @Override
  public void close() {
    features.close();
    manager.close();
  }

  /** An image of the benchmark. */
  private final class File implements FeatureCache.Source {
    private final BenchmarkQuestion question;

    File(BenchmarkQuestion question) {
      this.question = question;
    }

    @Override
    public String sha256() {
      return question.imageSha256();
    }

    @Override
    public float[] pixels() {
      Path path = benchmark.imageFile(question);
      try {
        byte[] encoded = Files.readAllBytes(path);
        String found = Sha256.hex(encoded);
        if (!found.equals(sha256())) {
          throw refused(
              question,
              "image %s: expected sha256 %s, the file has %s"
                  .formatted(question.image(), sha256(), found),
              null);
        }
        return processor.process(RgbImage.decode(encoded));
      } catch (IOException e) {
        throw refused(question, "image %s: %s".formatted(question.image(), e.getMessage()), e);
      }
    }
  }
}
