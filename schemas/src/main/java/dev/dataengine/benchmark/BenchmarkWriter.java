package dev.dataengine.benchmark;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a benchmark's directory: aside first and renamed when complete, so that a directory that
 * is there is whole. For one thread.
 */
public final class BenchmarkWriter {

  private final Path dir;
  private final Path aside;
  private final Map<String, String> imagePaths = new HashMap<>();
  private final List<BenchmarkQuestion> questions = new ArrayList<>();

  /**
   * @param dir what {@link #finish} replaces
   */
  public BenchmarkWriter(Path dir) {
    this.dir = dir.toAbsolutePath().normalize();
    this.aside = this.dir.resolveSibling(this.dir.getFileName() + ".partial");
    try {
      delete(aside);
      Files.createDirectories(aside.resolve(Benchmark.IMAGES));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Adds a question; its image is written once, however many questions ask about it.
   *
   * @param encoded the image's file
   * @param extension of that file, for example png
   */
  public void add(
      String questionId,
      String imageId,
      byte[] encoded,
      String extension,
      String question,
      String questionType,
      List<String> choices,
      int correctChoice) {
    String path = imagePaths.computeIfAbsent(imageId, id -> write(id, encoded, extension));
    questions.add(
        new BenchmarkQuestion(
            questionId,
            imageId,
            path,
            Sha256.hex(encoded),
            question,
            questionType,
            choices,
            correctChoice));
  }

  private String write(String imageId, byte[] encoded, String extension) {
    String path =
        Benchmark.IMAGES + "/" + imageId.replaceAll("[^A-Za-z0-9_-]", "_") + "." + extension;
    try {
      Files.write(aside.resolve(path), encoded);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return path;
  }

  /** Writes the rest, puts the directory in its place and reads it back. */
  public Benchmark finish(String name, String description) {
    try {
      Benchmark.JSON
          .writerWithDefaultPrettyPrinter()
          .writeValue(
              aside.resolve(Benchmark.ABOUT).toFile(), new Benchmark.About(name, description));
      try (BufferedWriter out = Files.newBufferedWriter(aside.resolve(Benchmark.QUESTIONS))) {
        for (BenchmarkQuestion question : questions) {
          out.write(Benchmark.JSON.writeValueAsString(question));
          out.write('\n');
        }
      }
      delete(dir);
      Files.move(aside, dir);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Benchmark.load(dir);
  }

  private static void delete(Path tree) throws IOException {
    if (!Files.exists(tree)) {
      return;
    }
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path directory, @org.jspecify.annotations.Nullable IOException failure)
              throws IOException {
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
