package dev.dataengine.compose.launcher;

import dev.dataengine.benchmark.Benchmark;
import dev.dataengine.producers.benchmarks.EasyVqaBenchmark;
import dev.dataengine.producers.benchmarks.NlvrBenchmark;
import dev.dataengine.producers.benchmarks.SceneBenchmark;
import dev.dataengine.producers.images.ImageSources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the key {@code benchmark} names, and which images are published beside it where no others
 * are configured: those of the same set that it does not ask about.
 *
 * @param source the key's value
 * @param name of the benchmark's directory below the data; empty where it is a directory already
 * @param images source of the images to train on
 * @param writer makes the directory, or loads the one that is named
 */
record BenchmarkSource(String source, String name, String images, Writer writer) {

  static final String BUILT_IN = "built-in";

  private static final String EASY_VQA = "easy-vqa:";
  private static final String NLVR = "nlvr:";
  private static final String SCENES = "scenes:1";
  private static final int SEED = 1;

  /** Images of easy-VQA's held-out tenth that are asked about: a round has to take seconds. */
  private static final int EASY_VQA_IMAGES = 100;

  /** Makes a benchmark in a directory that is not there yet. */
  interface Writer {
    Benchmark write(Path directory) throws IOException;
  }

  static BenchmarkSource parse(String source) {
    if (source.equals(BUILT_IN)) {
      return new BenchmarkSource(
          source,
          SceneBenchmark.NAME,
          SCENES,
          directory -> SceneBenchmark.write(directory, SEED, SceneBenchmark.QUESTIONS_PER_TYPE));
    }
    if (source.startsWith(EASY_VQA)) {
      Path set = Path.of(source.substring(EASY_VQA.length()));
      return new BenchmarkSource(
          source,
          EasyVqaBenchmark.NAME,
          source,
          directory ->
              EasyVqaBenchmark.write(
                  directory, set, ImageSources.EASY_VQA_HELD_OUT_PERCENT, EASY_VQA_IMAGES));
    }
    if (source.startsWith(NLVR)) {
      Path set = Path.of(source.substring(NLVR.length()));
      return new BenchmarkSource(
          source,
          NlvrBenchmark.NAME,
          NLVR + set.resolve("dev"),
          directory ->
              NlvrBenchmark.write(
                  directory, set.resolve("test"), SEED, SceneBenchmark.QUESTIONS_PER_TYPE));
    }
    return new BenchmarkSource(source, "", SCENES, directory -> Benchmark.load(Path.of(source)));
  }

  /**
   * Loads the benchmark; writes it first where it is not there yet.
   *
   * @param parent directory that takes the benchmarks that are written
   */
  Benchmark open(Path parent) {
    Path directory = parent.resolve(name);
    try {
      return !name.isEmpty() && Files.isDirectory(directory)
          ? Benchmark.load(directory)
          : writer.write(directory);
    } catch (IOException e) {
      throw new UncheckedIOException("benchmark " + source + ": " + e.getMessage(), e);
    }
  }
}
