package dev.dataengine.producers.generator;

import dev.dataengine.config.Key;
import dev.dataengine.config.Keys;
import java.util.List;

/** How samples are generated. */
public record GeneratorConfig(
    @Key(
            doc = "name of the benchmark whose weights are followed",
            pattern = ".*\\S.*",
            expected = "a benchmark's name")
        String benchmark,
    @Key(doc = "directories of further benchmarks whose images and questions are kept out")
        List<String> benchmarkDirs,
    @Key(
            doc =
                "Kafka's `transactional.id`; of the generators of one id one runs at a time, and one that starts later ends the earlier",
            pattern = ".*\\S.*",
            expected = "text")
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
    benchmarkDirs = List.copyOf(benchmarkDirs == null ? List.of() : benchmarkDirs);
    Keys.check(
        GeneratorConfig.class,
        benchmark,
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
        "scenes", List.of(), "generator-0", 512, 64, 100, 4_096, 10_000, 256, 16, 4, 10_000, 1);
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
