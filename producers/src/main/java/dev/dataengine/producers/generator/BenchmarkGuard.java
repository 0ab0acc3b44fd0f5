package dev.dataengine.producers.generator;

import dev.dataengine.benchmark.Benchmark;
import dev.dataengine.benchmark.BenchmarkQuestion;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Knows what is held out for evaluation. Immutable. */
public final class BenchmarkGuard {

  private final Set<String> imageIds = new HashSet<>();
  private final Set<String> imageHashes = new HashSet<>();
  private final Set<String> questions = new HashSet<>();

  public BenchmarkGuard(List<Benchmark> benchmarks) {
    for (Benchmark benchmark : benchmarks) {
      for (BenchmarkQuestion question : benchmark.questions()) {
        imageIds.add(question.imageId());
        imageHashes.add(question.imageSha256());
        questions.add(key(question.imageSha256(), question.question()));
      }
    }
  }

  /** Whether the image is held out, by its id or by its content. */
  boolean holdsImage(String imageId, String sha256) {
    return imageIds.contains(imageId) || imageHashes.contains(sha256);
  }

  /** Whether this question is asked about this very image. */
  boolean holdsQuestion(String sha256, String question) {
    return questions.contains(key(sha256, question));
  }

  private static String key(String sha256, String question) {
    return sha256 + " " + Words.normalised(question);
  }
}
