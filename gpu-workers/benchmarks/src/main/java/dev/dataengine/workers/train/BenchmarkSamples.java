package dev.dataengine.workers.train;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Samples of a run of the built-in loop: image, question and answer, separated by tabs. */
final class BenchmarkSamples {

  private static final String FILE = "samples.tsv";

  private BenchmarkSamples() {}

  /** One sample. */
  record Line(String image, String question, String answer) {}

  static List<Line> read() throws IOException {
    List<Line> lines = new ArrayList<>();
    try (InputStream in =
        Objects.requireNonNull(BenchmarkSamples.class.getResourceAsStream(FILE), FILE)) {
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.split("\t", -1))
          .forEach(fields -> lines.add(new Line(fields[0], fields[1], fields[2])));
    }
    return lines;
  }
}
