package dev.dataengine.producers.benchmarks;

import dev.dataengine.benchmark.Benchmark;
import dev.dataengine.benchmark.MadeFrom;
import dev.dataengine.benchmark.Sha256;
import dev.dataengine.producers.images.ImageSource;
import dev.dataengine.producers.images.ImageSources;
import dev.dataengine.producers.images.InputRefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;

/** Questions by rule about images of NLVR, for example of its test split. */
public final class NlvrBenchmark {

  /** Its name in events. */
  public static final String NAME = "nlvr";

  /** Rises with every change of rules or choice that makes other questions. */
  private static final String WRITER = "nlvr/1";

  private static final int ALL_BYTES = 256 * 1024;

  private NlvrBenchmark() {}

  /**
   * Writes the benchmark. Types that NLVR cannot be asked about (scene, style) are left out.
   *
   * @param dir directory to write, replaced where it is there
   * @param split directory of the split, with its .json and images/
   * @param seed seed of the choice of questions
   * @param perType questions of each type, fewer where the images do not yield as many
   */
  public static Benchmark write(Path dir, Path split, long seed, int perType) throws IOException {
    MadeFrom madeFrom = madeFrom(split, seed, perType);
    RuleQuestions questions = new RuleQuestions(dir, NAME, seed, perType);
    try (ImageSource source = ImageSources.parse("nlvr:" + split, ALL_BYTES)) {
      for (int i = 0; i < source.size() && !questions.isComplete(); i++) {
        questions.offer(source.image(i, Instant.EPOCH));
      }
    }
    return questions.finish(
        "Cornell NLVR (Suhr et al., 2017; CC-BY-4.0), questions by rule, seed " + seed + ".",
        madeFrom);
  }

  /**
   * What {@link #write} makes it from. Reads all files of the split.
   *
   * @throws dev.dataengine.producers.images.InputRefusedException where there is no such directory
   */
  public static MadeFrom madeFrom(Path split, long seed, int perType) throws IOException {
    if (!Files.isDirectory(split)) {
      throw InputRefusedException.of(split, "there is no such directory of NLVR");
    }
    try (Stream<Path> files = Files.walk(split)) {
      return new MadeFrom(
          split.toString(),
          WRITER,
          Map.of("seed", Long.toString(seed), "questions_per_type", Integer.toString(perType)),
          Sha256.hex(split, files.filter(Files::isRegularFile).sorted().toList()));
    }
  }
}
