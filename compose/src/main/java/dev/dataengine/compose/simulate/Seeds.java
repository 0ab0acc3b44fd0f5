package dev.dataengine.compose.simulate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * Many runs, as many at a time as there are processors.
 *
 * @param verdicts of all together
 * @param failed runs in which something did not hold
 * @param elapsed real time
 */
public record Seeds(Verdicts verdicts, List<Simulation.Outcome> failed, Duration elapsed) {
  private static final int STORIES_KEPT = 3;
  private static final String PREFIX = "dataengine-simulate-";

  /** Where Linux keeps files in memory: a run makes thousands of small ones. */
  private static final Path MEMORY = Path.of("/dev/shm");

  /** Runs the seeds from {@code first} on. */
  public static Seeds run(long first, int count) throws Exception {
    long begun = System.nanoTime();
    ExecutorService threads =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    Verdicts all = new Verdicts();
    List<Simulation.Outcome> failed = new ArrayList<>();
    try {
      List<Future<Simulation.Outcome>> runs = new ArrayList<>();
      for (long seed = first; seed < first + count; seed++) {
        long one = seed;
        runs.add(threads.submit(() -> run(one)));
      }
      for (Future<Simulation.Outcome> run : runs) {
        Simulation.Outcome outcome = run.get();
        all.add(outcome.verdicts());
        if (!outcome.verdicts().allHold()) {
          boolean told = failed.size() < STORIES_KEPT;
          failed.add(
              told
                  ? outcome
                  : new Simulation.Outcome(outcome.seed(), outcome.verdicts(), List.of()));
        }
      }
    } finally {
      threads.shutdownNow();
    }
    return new Seeds(all, failed, Duration.ofNanos(System.nanoTime() - begun));
  }

  /** One run by itself. */
  static Simulation.Outcome run(long seed) throws IOException {
    Path disk =
        Files.isWritable(MEMORY)
            ? Files.createTempDirectory(MEMORY, PREFIX)
            : Files.createTempDirectory(PREFIX);
    try {
      return Simulation.run(seed, disk);
    } finally {
      delete(disk);
    }
  }

  private static void delete(Path tree) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      files
          .sorted(Comparator.reverseOrder())
          .forEach(
              file -> {
                try {
                  Files.delete(file);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }
}
