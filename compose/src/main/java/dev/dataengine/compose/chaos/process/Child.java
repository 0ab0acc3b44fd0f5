package dev.dataengine.compose.chaos.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A process that we start, and start again. It is signalled by the handle that starting it gave, so
 * nothing else is ever hit. For one thread, but {@link #close} may be called from any.
 */
public final class Child {

  private static final int LAST_LINES = 6;

  private final String name;
  private final List<String> command;
  private final Path output;
  private volatile @Nullable Process process;
  private volatile boolean paused;
  private boolean wanted;
  private boolean closed;

  /**
   * @param output what it prints is added there
   */
  public Child(String name, List<String> command, Path output) {
    this.name = name;
    this.command = List.copyOf(command);
    this.output = output;
  }

  public String name() {
    return name;
  }

  /** Starts it; it is wanted to run from now on. */
  public synchronized void start() {
    if (closed) {
      return;
    }
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
              .start();
      paused = false;
      wanted = true;
    } catch (IOException e) {
      throw new UncheckedIOException(name + " cannot be started: " + e, e);
    }
  }

  /** True where it ended by itself: it was started, and neither killed nor told to end. */
  public boolean hasEnded() {
    Process running = process;
    return wanted && running != null && !running.isAlive();
  }

  /** What it ended with; only where it {@link #hasEnded}. */
  public int exitValue() {
    Process ended = process;
    if (ended == null) {
      throw new IllegalStateException(name + " was not started");
    }
    return ended.exitValue();
  }

  /** As {@code kill -9}; returns once it is gone. */
  public void kill() {
    wanted = false;
    Process running = process;
    if (running != null) {
      running.destroyForcibly();
      waitFor(running, Duration.ofSeconds(20));
    }
  }

  /** Kills it for good: it does not start again. */
  void close() {
    synchronized (this) {
      closed = true;
    }
    kill();
  }

  /** As {@code kill -STOP}: it stands still until {@link #resume}. */
  public void pause() throws IOException, InterruptedException {
    paused = true;
    signal("STOP");
  }

  /** As {@code kill -CONT}. */
  public void resume() throws IOException, InterruptedException {
    if (paused) {
      signal("CONT");
      paused = false;
    }
  }

  /**
   * As Ctrl-C.
   *
   * @return whether it ended in time; where not, it is killed
   */
  public boolean terminate(Duration within) {
    wanted = false;
    Process running = process;
    if (running == null || !running.isAlive()) {
      return true;
    }
    running.destroy();
    boolean ended = waitFor(running, within);
    if (!ended) {
      kill();
    }
    return ended;
  }

  /** Waits for its end; its exit code, or -1 where it is still running then. */
  public int join(Duration within) {
    wanted = false;
    Process running = process;
    return running != null && waitFor(running, within) ? running.exitValue() : -1;
  }

  private void signal(String which) throws IOException, InterruptedException {
    Process running = process;
    // a process that has ended has no id of its own any more
    if (running != null && running.isAlive()) {
      int code =
          new ProcessBuilder("sh", "-c", "kill -" + which + " " + running.pid()).start().waitFor();
      if (code != 0 && running.isAlive()) {
        throw new IOException("kill -" + which + " of " + name + " gave " + code);
      }
    }
  }

  private static boolean waitFor(Process running, Duration within) {
    try {
      return running.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The last lines that it printed, for a message. */
  public String lastWords() {
    try (Stream<String> lines = Files.lines(output, java.nio.charset.StandardCharsets.ISO_8859_1)) {
      List<String> all = lines.filter(line -> !line.startsWith("\tat ")).toList();
      return String.join("\n", all.subList(Math.max(0, all.size() - LAST_LINES), all.size()));
    } catch (IOException | UncheckedIOException e) {
      return "no output: " + e.getMessage();
    }
  }
}
