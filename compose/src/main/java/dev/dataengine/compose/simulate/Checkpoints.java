package dev.dataengine.compose.simulate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** What befalls checkpoints on a disk while no trainer runs. */
final class Checkpoints {
  private final Set<Path> spoilt = new HashSet<>();

  /**
   * Alters a file of the newest checkpoint, or puts an older checkpoint in its place. One that is
   * as it was written is always left.
   *
   * @return what was done, where there were checkpoints enough
   */
  Optional<String> spoil(Path directory, SplittableRandom random) throws IOException {
    List<Path> newestFirst = versions(directory);
    Optional<Path> sound =
        newestFirst.stream().skip(1).filter(v -> !spoilt.contains(v)).findFirst();
    if (sound.isEmpty()) {
      return Optional.empty();
    }
    Path newest = newestFirst.get(0);
    spoilt.add(newest);
    return Optional.of(random.nextBoolean() ? alter(newest) : replace(newest, sound.get()));
  }

  private static String alter(Path checkpoint) throws IOException {
    Path file = checkpoint.resolve(FormulaLearner.FILE);
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    lines.replaceAll(line -> "x" + line.substring(1));
    Files.write(file, lines);
    return "a file of the checkpoint " + checkpoint.getFileName() + " is altered";
  }

  private static String replace(Path checkpoint, Path older) throws IOException {
    try (Stream<Path> files = Files.list(older)) {
      for (Path file : files.toList()) {
        Files.copy(
            file, checkpoint.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return "the checkpoint %s is replaced by %s"
        .formatted(checkpoint.getFileName(), older.getFileName());
  }

  private static List<Path> versions(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("v"))
          .sorted(Comparator.reverseOrder())
          .toList();
    }
  }
}
