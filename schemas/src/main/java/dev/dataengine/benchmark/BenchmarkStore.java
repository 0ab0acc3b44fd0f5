package dev.dataengine.benchmark;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Benchmarks that are made from something and kept: each in a directory named by what it was made
 * from ({@code NAME-FINGERPRINT}), so that a changed set of data gives another directory and leaves
 * who reads the old one alone. Any number of threads and processes may open the same one at once:
 * one makes it, under a lock of the operating system, the others take what it made.
 */
public final class BenchmarkStore {

  private static final Logger log = LoggerFactory.getLogger(BenchmarkStore.class);
  private static final int NAMED_DIGITS = 12;
  private static final int LOCK_PAUSE_MS = 50;

  private final Path parent;

  /**
   * @param parent directory that takes the benchmarks
   */
  public BenchmarkStore(Path parent) {
    this.parent = parent.toAbsolutePath().normalize();
  }

  /** Makes a benchmark. */
  @FunctionalInterface
  public interface Maker {
    /**
     * Makes it with a {@link BenchmarkWriter} that records what it was made from.
     *
     * @param directory to write
     */
    Benchmark write(Path directory) throws IOException;
  }

  /**
   * The benchmark of that origin; made first where it is not there, or not whole.
   *
   * @throws BenchmarkException where the maker made something else
   */
  public Benchmark open(String name, MadeFrom from, Maker maker) {
    Path dir = parent.resolve(name + "-" + from.fingerprint().substring(0, NAMED_DIGITS));
    Benchmark there = whole(dir, from);
    if (there != null) {
      return there;
    }
    try {
      Files.createDirectories(parent);
      try (FileChannel channel =
              FileChannel.open(
                  parent.resolve("." + dir.getFileName() + ".lock"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          FileLock held = lock(channel, dir)) {
        log.atDebug().addKeyValue("lock", held).log("making a benchmark");
        return make(dir, from, maker);
      }
    } catch (IOException e) {
      throw new BenchmarkException(
          "benchmark " + dir + " cannot be kept there: " + e + "; choose another data directory",
          e);
    }
  }

  /** Another process's lock is waited for by the system; one of this process has to be asked. */
  private static FileLock lock(FileChannel channel, Path dir) throws IOException {
    while (true) {
      try {
        FileLock lock = channel.tryLock();
        if (lock != null) {
          return lock;
        }
        log.atInfo().addKeyValue("benchmark", dir).log("waiting: another process makes it");
        return channel.lock();
      } catch (OverlappingFileLockException e) {
        pause();
      }
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(LOCK_PAUSE_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while another makes it", e);
    }
  }

  /** Under the lock. */
  private Benchmark make(Path dir, MadeFrom from, Maker maker) throws IOException {
    Benchmark there = whole(dir, from);
    if (there != null) {
      return there;
    }
    if (Files.exists(dir)) {
      log.atWarn()
          .addKeyValue("benchmark", dir)
          .log("the benchmark is damaged or of something else, and is made again");
    }
    // of makers that were killed: who has the lock is the only one
    try (DirectoryStream<Path> asides =
        Files.newDirectoryStream(parent, BenchmarkWriter.asides(dir) + "*")) {
      for (Path aside : asides) {
        Trees.delete(aside);
      }
    }
    Benchmark made = maker.write(dir);
    if (whole(dir, from) == null) {
      throw new BenchmarkException(
          dir
              + ": expected a benchmark made from "
              + from
              + ", got one made from "
              + Benchmark.madeFrom(dir).map(MadeFrom::toString).orElse("nothing that it says")
              + "; did its source change meanwhile? Start again");
    }
    return made;
  }

  /** The benchmark, where it can be read and is made from this. */
  private static @Nullable Benchmark whole(Path dir, MadeFrom from) {
    if (Benchmark.madeFrom(dir).filter(m -> m.fingerprint().equals(from.fingerprint())).isEmpty()) {
      return null;
    }
    try {
      return Benchmark.load(dir);
    } catch (BenchmarkException e) {
      log.atWarn().setCause(e).addKeyValue("benchmark", dir).log("a benchmark cannot be read");
      return null;
    }
  }
}
