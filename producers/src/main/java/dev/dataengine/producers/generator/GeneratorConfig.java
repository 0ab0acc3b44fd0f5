package dev.dataengine.producers.generator;

import dev.dataengine.config.Key;
import dev.dataengine.config.Keys;
import java.util.ArrayList;
import java.util.List;

/** How samples are generated. */
public record GeneratorConfig(
    @Key(
            doc = "name of the benchmark whose weights are followed",
            pattern = "(?s).{0,200}",
            expected = "at most 200 characters",
            empty = "the one that `benchmark` names")
        String benchmark,
    @Key(
            doc = "name of the model whose weights are followed, and whose trainers set the pace",
            pattern = "[A-Za-z0-9._-]{1,200}",
            expected = "letters, digits, '.', '_', '-'")
        String model,
    @Key(doc = "directories of further benchmarks whose images and questions are kept out")
        List<String> benchmarkDirs,
    @Key(
            doc =
                "Kafka's `transactional.id`; of the generators of one id one runs at a time, and one that starts later ends the earlier",
            pattern = "(?s).{0,200}",
            expected = "at most 200 characters",
            empty = "made of benchmark and model")
        String transactionalId,
    @Key(doc = "unconsumed samples at which generation pauses", range = "1..1000000") int maxAhead,
    @Key(doc = "most samples and rejections of one transaction", range = "1..10000") int batchSize,
    @Key(doc = "how often weights and the trainers' lag are looked at", range = "1..60000")
        int pollIntervalMs,
    @Key(doc = "latest samples that a new one is compared with", range = "0..1000000")
        int duplicateWindow,
    @Key(doc = "images held in memory, the latest", range = "1..10000000") int imagesKept,
    @Key(doc = "bad cases held in memory for each type, the latest", range = "1..100000")
        int badCasesKept,
    @Key(
            doc = "further images tried where a type has no question about the first",
            range = "0..1000")
        int otherImages,
    @Key(
            doc =
                "questions in a row about one image where their types allow; a trainer computes what they share once",
            range = "1..64")
        int questionsPerImage,
    @Key(
            doc = "least time between two rejections of a type for want of an image",
            range = "0..86400000")
        int notApplicableIntervalMs,
    @Key(doc = "of all random choices") long seed) {

  public GeneratorConfig {
    benchmark = benchmark == null ? "" : benchmark;
    transactionalId = transactionalId == null ? "" : transactionalId;
    benchmarkDirs = List.copyOf(benchmarkDirs == null ? List.of() : benchmarkDirs);
    Keys.check(
        GeneratorConfig.class,
        benchmark,
        model,
        benchmarkDirs,
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

  public static GeneratorConfig defaults() {
    return new GeneratorConfig(
        "", "tiny-llava", List.of(), "", 512, 64, 100, 4_096, 10_000, 256, 16, 4, 10_000, 1);
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
