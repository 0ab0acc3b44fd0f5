package dev.dataengine.producers.generator;

import java.util.List;

/**
 * How samples are generated.
 *
 * @param benchmark name of the benchmark whose weights are followed
 * @param benchmarkDirs directories of the benchmarks whose images and questions are kept out
 * @param transactionalId Kafka's transactional.id; of a benchmark's generators one runs at a time,
 *     and one that starts later ends the earlier of the same id
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

  public GeneratorConfig {
    requireText("benchmark", benchmark);
    requireText("transactional-id", transactionalId);
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
        "scenes", List.of(), "generator-0", 512, 64, 100, 4_096, 10_000, 256, 16, 4, 10_000, 1);
  }

  private static void requireText(String key, String value) {
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException(key + ": expected text, got " + value);
    }
  }

  private static void requireRange(String key, int value, int from, int to) {
    if (value < from || value > to) {
      throw new IllegalArgumentException(
          key + ": expected " + from + " to " + to + ", got " + value);
    }
  }

  /** The same for a benchmark that it writes for and whose images it leaves alone. */
  public GeneratorConfig on(String name, String directory) {
    List<String> directories = new java.util.ArrayList<>(benchmarkDirs);
    directories.add(directory);
    return new GeneratorConfig(
        name,
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
