package dev.dataengine.compose.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The command {@code dataengine} in a process of its own, as a user has it. */
final class DataEngineProcess implements AutoCloseable {

  private final Process process;
  private final Path output;

  private DataEngineProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** Starts it; what it prints goes to a file. */
  static DataEngineProcess start(Path output, String... arguments) throws IOException {
    return start(output, List.of(), Main.class, arguments);
  }

  /**
   * Another main class in the same way.
   *
   * @param before command that starts the JVM, for example with a limit; empty for none
   */
  static DataEngineProcess start(
      Path output, List<String> before, Class<?> main, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx768m", "-XX:MaxDirectMemorySize=512m", "-XX:+UseSerialGC"));
    command.add("-Ddataengine.home=" + Path.of("..").toAbsolutePath().normalize());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
            .start();
    return new DataEngineProcess(process, output);
  }

  /** Waits for its end; its exit code. */
  int join(Duration atMost) throws InterruptedException {
    if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("still running after " + atMost + ":\n" + printed());
    }
    return process.exitValue();
  }

  boolean endsWithin(Duration duration) throws InterruptedException {
    return process.waitFor(duration.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** As kill -9. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** As Ctrl-C: SIGTERM runs the same hook. */
  void stop() {
    process.destroy();
  }

  /** Sends a signal by its name, for example INT. */
  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  /** Waits until it has printed a text. */
  void awaitPrinted(String text, Duration atMost) throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (!printed().contains(text)) {
      if (System.nanoTime() > deadline || !process.isAlive()) {
        throw new AssertionError("not printed: " + text + "\n" + printed());
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  String printed() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      return "no output: " + e;
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
