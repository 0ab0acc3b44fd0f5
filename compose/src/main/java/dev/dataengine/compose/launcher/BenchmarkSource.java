package dev.dataengine.compose.launcher;

import dev.dataengine.benchmark.Benchmark;
import dev.dataengine.benchmark.BenchmarkStore;
import dev.dataengine.producers.benchmarks.EasyVqaBenchmark;
import dev.dataengine.producers.benchmarks.NlvrBenchmark;
import dev.dataengine.producers.benchmarks.SceneBenchmark;
import dev.dataengine.producers.images.ImageSources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * What the key {@code benchmark} names, and which images are published beside it where no others
 * are configured: those of the same set that it does not ask about.
 *
 * @param source the key's value
 * @param images source of the images to train on
 * @param opener makes the benchmark in the store, or loads the one that is named
 */
record BenchmarkSource(String source, String images, Opener opener) {

  static final String BUILT_IN = "built-in";

  private static final String EASY_VQA = "easy-vqa:";
  private static final String NLVR = "nlvr:";
  private static final String SCENES = "scenes:1";
  private static final int SEED = 1;

  /** Images of easy-VQA's held-out tenth that are asked about: a round has to take seconds. */
  private static final int EASY_VQA_IMAGES = 100;

  /** Opens a benchmark, which is made where it is not there yet. */
  interface Opener {
    Benchmark open(BenchmarkStore store) throws IOException;
  }

  static BenchmarkSource parse(String source) {
    if (source.equals(BUILT_IN)) {
      return new BenchmarkSource(source, SCENES, BenchmarkSource::scenes);
    }
    if (source.startsWith(EASY_VQA)) {
      Path set = Path.of(source.substring(EASY_VQA.length()));
      return new BenchmarkSource(source, source, store -> easyVqa(store, set));
    }
    if (source.startsWith(NLVR)) {
      Path set = Path.of(source.substring(NLVR.length()));
      return new BenchmarkSource(
          source, NLVR + set.resolve("dev"), store -> nlvr(store, set.resolve("test")));
    }
    return new BenchmarkSource(source, SCENES, store -> Benchmark.load(Path.of(source)));
  }

  private static Benchmark scenes(BenchmarkStore store) {
    int perType = SceneBenchmark.QUESTIONS_PER_TYPE;
    return store.open(
        SceneBenchmark.NAME,
        SceneBenchmark.madeFrom(SEED, perType),
        directory -> SceneBenchmark.write(directory, SEED, perType));
  }

  private static Benchmark easyVqa(BenchmarkStore store, Path set) throws IOException {
    int percent = ImageSources.EASY_VQA_HELD_OUT_PERCENT;
    return store.open(
        EasyVqaBenchmark.NAME,
        EasyVqaBenchmark.madeFrom(set, percent, EASY_VQA_IMAGES),
        directory -> EasyVqaBenchmark.write(directory, set, percent, EASY_VQA_IMAGES));
  }

  private static Benchmark nlvr(BenchmarkStore store, Path test) throws IOException {
    int perType = SceneBenchmark.QUESTIONS_PER_TYPE;
    return store.open(
        NlvrBenchmark.NAME,
        NlvrBenchmark.madeFrom(test, SEED, perType),
        directory -> NlvrBenchmark.write(directory, test, SEED, perType));
  }

  /**
   * Loads the benchmark; makes it first where it is not there yet, or its source has changed.
   *
   * @param parent directory that takes the benchmarks that are made
   */
  Benchmark open(Path parent) {
    try {
      return opener.open(new BenchmarkStore(parent));
    } catch (IOException e) {
      throw new UncheckedIOException("benchmark " + source + ": " + e.getMessage(), e);
    }
  }
}
