package dev.dataengine.benchmark;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a benchmark's directory: aside first, in a directory that no other writer has, and renamed
 * when complete, so that a directory that is there is whole. For one thread; two writers of one
 * directory do not harm each other, and the last one's stays.
 */
public final class BenchmarkWriter {

  private static final int LONGEST_FILE_NAME = 100;

  private final Path dir;
  private final Path aside;
  private final Map<String, String> imagePaths = new HashMap<>();
  private final List<BenchmarkQuestion> questions = new ArrayList<>();

  /**
   * @param dir what {@link #finish} replaces
   */
  public BenchmarkWriter(Path dir) {
    this.dir = dir.toAbsolutePath().normalize();
    try {
      Files.createDirectories(this.dir.resolveSibling(""));
      this.aside = Files.createTempDirectory(this.dir.resolveSibling(""), asides(this.dir));
      Files.createDirectories(aside.resolve(Benchmark.IMAGES));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the names of directories begin with that are written for this one. */
  static String asides(Path dir) {
    return "." + dir.getFileName() + ".partial-";
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
    String path = path(imageId, extension);
    try {
      Files.write(aside.resolve(path), encoded);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return path;
  }

  /** Two ids may differ in nothing but what a file's name cannot have, or does not tell apart. */
  private String path(String imageId, String extension) {
    String name = imageId.replaceAll("[^A-Za-z0-9_-]", "_");
    if (name.length() <= LONGEST_FILE_NAME) {
      String plain = Benchmark.IMAGES + "/" + name + "." + extension;
      if (imagePaths.values().stream().noneMatch(plain::equalsIgnoreCase)) {
        return plain;
      }
    }
    String hash = Sha256.hex(imageId.getBytes(StandardCharsets.UTF_8));
    return "%s/%s-%s.%s"
        .formatted(
            Benchmark.IMAGES,
            name.substring(0, Math.min(name.length(), LONGEST_FILE_NAME)),
            hash,
            extension);
  }

  /** The same for a benchmark of which nobody need know what it was made from. */
  public Benchmark finish(String name, String description) {
    return finish(name, description, null);
  }

  /** Writes the rest, puts the directory in its place and reads it back. */
  public Benchmark finish(String name, String description, @Nullable MadeFrom madeFrom) {
    try {
      Benchmark.JSON
          .writerWithDefaultPrettyPrinter()
          .writeValue(
              aside.resolve(Benchmark.ABOUT).toFile(),
              new Benchmark.About(name, description, madeFrom));
      try (BufferedWriter out = Files.newBufferedWriter(aside.resolve(Benchmark.QUESTIONS))) {
        for (BenchmarkQuestion question : questions) {
          out.write(Benchmark.JSON.writeValueAsString(question));
          out.write('\n');
        }
      }
      // read back before it is in its place, where another writer may replace it at any moment
      Benchmark written = Benchmark.load(aside);
      replace();
      return written.at(dir);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What was there goes aside whole, so that there is never half a directory. */
  private void replace() throws IOException {
    if (Files.exists(dir)) {
      Path old = Files.createTempDirectory(dir.resolveSibling(""), asides(dir));
      Files.move(dir, old.resolve("old"), StandardCopyOption.ATOMIC_MOVE);
      Trees.delete(old);
    }
    Files.move(aside, dir, StandardCopyOption.ATOMIC_MOVE);
  }
}
