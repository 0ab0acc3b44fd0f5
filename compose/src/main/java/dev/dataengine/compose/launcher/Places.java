package dev.dataengine.compose.launcher;

import dev.dataengine.benchmark.Benchmark;
import dev.dataengine.producers.benchmarks.EasyVqaBenchmark;
import dev.dataengine.producers.benchmarks.SceneBenchmark;
import dev.dataengine.producers.images.ImageSources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where services find what the configuration leaves to us: the shipped model, the benchmark, and
 * directories under the data directory.
 */
final class Places {

  static final String BUILT_IN = "built-in";

  private static final String EASY_VQA = "easy-vqa:";
  private static final String SHIPPED_MODEL = "gpu-workers/models/tiny-llava";
  private static final String SCENES = "scenes:1";
  private static final int BENCHMARK_SEED = 1;

  /** Images of easy-VQA's held-out tenth that are asked about: a round has to take seconds. */
  private static final int EASY_VQA_IMAGES = 100;

  private final DataEngineConfig config;

  Places(DataEngineConfig config) {
    this.config = config;
  }

  /** The base model's directory. */
  String model(String own) {
    if (!own.isBlank()) {
      return own;
    }
    return config.model().isBlank()
        ? Path.of(System.getProperty("dataengine.home", ".")).resolve(SHIPPED_MODEL).toString()
        : config.model();
  }

  /** A directory under the data directory, unless another is configured. */
  String under(String own, String name) {
    return own.isBlank() ? config.data().resolve(name).toString() : own;
  }

  /** The image source: the benchmark's training images where no other is named. */
  String images() {
    if (!config.images().equals(BUILT_IN)) {
      return config.images();
    }
    return config.benchmark().startsWith(EASY_VQA) ? config.benchmark() : SCENES;
  }

  /** Directories that the published images' file: URIs point into. */
  List<String> imageDirectories() {
    return ImageSources.directories(images()).stream().map(Path::toString).toList();
  }

  /** What is asked, by evaluator and generator alike; written first where it is not there yet. */
  Benchmark benchmark() {
    String own = config.evaluator().benchmarkDirectory();
    if (!own.isBlank()) {
      return Benchmark.load(Path.of(own));
    }
    String name = config.benchmark();
    if (name.equals(BUILT_IN)) {
      Path directory = config.data().resolve("benchmarks").resolve(SceneBenchmark.NAME);
      return Files.isDirectory(directory)
          ? Benchmark.load(directory)
          : SceneBenchmark.write(directory, BENCHMARK_SEED, SceneBenchmark.QUESTIONS_PER_TYPE);
    }
    if (!name.startsWith(EASY_VQA)) {
      return Benchmark.load(Path.of(name));
    }
    Path directory = config.data().resolve("benchmarks").resolve(EasyVqaBenchmark.NAME);
    try {
      return Files.isDirectory(directory)
          ? Benchmark.load(directory)
          : EasyVqaBenchmark.write(
              directory,
              Path.of(name.substring(EASY_VQA.length())),
              ImageSources.EASY_VQA_HELD_OUT_PERCENT,
              EASY_VQA_IMAGES);
    } catch (IOException e) {
      throw new UncheckedIOException("benchmark " + name + ": " + e.getMessage(), e);
    }
  }
}
