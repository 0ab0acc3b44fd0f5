package dev.dataengine.producers.generator;

import java.util.ArrayList;
import java.util.List;

/**
 * How samples are generated.
 *
 * @param benchmark name of the benchmark whose weights are followed; empty for the one that is
 *     evaluated on
 * @param model name of the model whose weights are followed, and whose trainers set the pace
 * @param benchmarkDirs directories of the benchmarks whose images and questions are kept out
 * @param transactionalId Kafka's transactional.id; empty for one made of benchmark and model. One
 *     generator of an id runs at a time, and one that starts later ends the earlier
 * @param maxAhead unconsumed samples at which generation pauses
 * @param batchSize most samples and rejections of one transaction
 * @param pollIntervalMs how often weights and the trainers' lag are looked at, milliseconds
 * @param duplicateWindow latest samples that a new one is compared with
 * @param imagesKept images held in memory, the latest
 * @param badCasesKept bad cases held in memory for each type, the latest
 * @param otherImages further images tried where a type has no question about the first
 * @param questionsPerImage questions in a row about one image where their types allow; a trainer
 *     computes what they share once
 * @param notApplicableIntervalMs least time between two rejections of a type for want of an image,
 *     milliseconds
 * @param seed of all random choices
 */
public record GeneratorConfig(
    String benchmark,
    String model,
    List<String> benchmarkDirs,
    String transactionalId,
    int maxAhead,
    int batchSize,
    int pollIntervalMs,
    int duplicateWindow,
    int imagesKept,
    int badCasesKept,
    int otherImages,
    int questionsPerImage,
    int notApplicableIntervalMs,
    long seed) {

  private static final int LONGEST_NAME = 200;

  public GeneratorConfig {
    benchmark = benchmark == null ? "" : benchmark;
    transactionalId = transactionalId == null ? "" : transactionalId;
    requireShort("benchmark", benchmark);
    requireShort("transactional-id", transactionalId);
    if (model == null || !model.matches("[A-Za-z0-9._-]{1," + LONGEST_NAME + "}")) {
      throw new IllegalArgumentException(
          "model: expected letters, digits, '.', '_' and '-', got '" + model + "'");
    }
    requireRange("max-ahead", maxAhead, 1, 1_000_000);
    requireRange("batch-size", batchSize, 1, 10_000);
    requireRange("poll-interval-ms", pollIntervalMs, 1, 60_000);
    requireRange("duplicate-window", duplicateWindow, 0, 1_000_000);
    requireRange("images-kept", imagesKept, 1, 10_000_000);
    requireRange("bad-cases-kept", badCasesKept, 1, 100_000);
    requireRange("other-images", otherImages, 0, 1_000);
    requireRange("questions-per-image", questionsPerImage, 1, 64);
    requireRange("not-applicable-interval-ms", notApplicableIntervalMs, 0, 86_400_000);
    benchmarkDirs = List.copyOf(benchmarkDirs == null ? List.of() : benchmarkDirs);
  }

  public static GeneratorConfig defaults() {
    return new GeneratorConfig(
        "", "tiny-llava", List.of(), "", 512, 64, 100, 4_096, 10_000, 256, 16, 4, 10_000, 1);
  }

  private static void requireShort(String key, String value) {
    if (value.length() > LONGEST_NAME) {
      throw new IllegalArgumentException(
          key + ": expected at most " + LONGEST_NAME + " characters, got " + value.length());
    }
  }

  private static void requireRange(String key, int value, int from, int to) {
    if (value < from || value > to) {
      throw new IllegalArgumentException(
          key + ": expected " + from + " to " + to + ", got " + value);
    }
  }

  /**
   * Where its input offsets are kept: one group for each benchmark and model. A model's name has no
   * bar, so no two pairs share it.
   */
  String group() {
    return "generator." + benchmark + "|" + model;
  }

  /** The configured transactional.id, or the one of this benchmark and model. */
  String producerId() {
    return transactionalId.isBlank() ? group() : transactionalId;
  }

  /**
   * The same beside a benchmark whose images it leaves alone, and whose weights it follows where no
   * other is named.
   */
  public GeneratorConfig on(String name, String directory) {
    List<String> directories = new ArrayList<>(benchmarkDirs);
    directories.add(directory);
    return new GeneratorConfig(
        benchmark.isBlank() ? name : benchmark,
        model,
        directories,
        transactionalId,
        maxAhead,
        batchSize,
        pollIntervalMs,
        duplicateWindow,
        imagesKept,
        badCasesKept,
        otherImages,
        questionsPerImage,
        notApplicableIntervalMs,
        seed);
  }
}
