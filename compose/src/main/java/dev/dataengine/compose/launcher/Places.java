package dev.dataengine.compose.launcher;

import dev.dataengine.benchmark.Benchmark;
import dev.dataengine.config.ConfigException;
import dev.dataengine.producers.images.ImageSources;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Where services find what the configuration leaves to us: the shipped model, the benchmark, and
 * directories under the data directory.
 */
final class Places {

  private static final String SHIPPED_MODEL = "gpu-workers/models/tiny-llava";

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

  /**
   * The image source: the publisher's own, else the one that {@code images} names, else the
   * benchmark's training images.
   *
   * @throws ConfigException where two different ones are named
   */
  String images() {
    String own = config.imagePublisher().source();
    boolean named = !config.images().equals(BenchmarkSource.BUILT_IN);
    if (!own.isBlank() && named && !own.equals(config.images())) {
      throw new ConfigException(
          "image-publisher.source: '%s' and images: '%s' both say what is published; set one of both"
              .formatted(own, config.images()));
    }
    if (!own.isBlank()) {
      return own;
    }
    return config.images().equals(BenchmarkSource.BUILT_IN)
        ? BenchmarkSource.parse(config.benchmark()).images()
        : config.images();
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
    return BenchmarkSource.parse(config.benchmark()).open(config.data().resolve("benchmarks"));
  }

  /**
   * Writes the benchmark where it is not there yet, beside what needs it no more than it needs
   * that: it takes as long as a broker's start. Never fails; who opens the benchmark is told why.
   */
  CompletableFuture<?> makeBenchmark() {
    return CompletableFuture.supplyAsync(this::benchmark, Places::inTheBackground)
        .handle((benchmark, failure) -> "done");
  }

  private static void inTheBackground(Runnable task) {
    Thread thread = new Thread(task, "benchmark");
    thread.setDaemon(true);
    thread.start();
  }
}
