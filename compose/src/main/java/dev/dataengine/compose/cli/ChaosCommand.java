package dev.dataengine.compose.cli;

import dev.dataengine.compose.chaos.ChaosConfig;
import dev.dataengine.compose.chaos.ChaosReport;
import dev.dataengine.compose.chaos.ChaosRun;
import dev.dataengine.compose.chaos.fault.FaultKind;
import dev.dataengine.compose.chaos.process.Installation;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The loop, and everything that goes wrong around it. */
@Command(
    name = "chaos",
    mixinStandardHelpOptions = true,
    description = {
      "Runs the loop as processes of its own in a new directory, kills and stops them, puts bad",
      "connections between them and bad records on their topics, and judges from the topics alone",
      "whether anything was lost, doubled or misled. Exits with 0 only if all that must hold does."
    })
final class ChaosCommand implements Callable<Integer> {

  private static final Duration CALM = Duration.ofSeconds(40);
  private static final double PERCENT = 100;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      description =
          "From when the loop has gone round once; the last 40 s without faults"
              + " (${DEFAULT-VALUE}).")
  private double minutes = 3;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Of faults and bad records (${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      converter = Values.Writable.class,
      description = "Writes what came of it as JSON.")
  private @Nullable Path report;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      converter = Values.Directory.class,
      description = "A new directory that is kept (default: one that is removed if all is well).")
  private @Nullable Path data;

  @Option(
      names = "--faults",
      split = ",",
      paramLabel = "KIND",
      description = "Only these: ${COMPLETION-CANDIDATES} (default: all).")
  private Set<FaultKind> faults = EnumSet.allOf(FaultKind.class);

  @Option(
      names = "--poison",
      paramLabel = "PERCENT",
      description = "Bad records of all on a topic (${DEFAULT-VALUE}).")
  private double poison = 1;

  @Option(
      names = "--poison-kinds",
      split = ",",
      paramLabel = "KIND",
      description = "Only these kinds of bad records (default: all).")
  private Set<String> poisonKinds = new LinkedHashSet<>();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A key of the configuration for every service; may be repeated.")
  private List<String> settings = new ArrayList<>();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    // refused before anything is made
    ChaosConfig wanted = config(Path.of(""));
    Path directory = data == null ? Files.createTempDirectory("dataengine-chaos") : fresh(data);
    ChaosConfig config = wanted.in(directory);
    PrintWriter out = spec.commandLine().getOut();
    ChaosReport result;
    try (ChaosRun run = new ChaosRun(config, line -> print(out, line));
        Shutdown shutdown = Shutdown.asking(run::close)) {
      result = run.run();
    }
    result.table().forEach(out::println);
    if (report != null) {
      result.write(report);
      out.println("report    " + report);
    }
    if (data == null && result.isGreen()) {
      remove(directory);
    } else {
      out.println("data      " + directory);
    }
    out.flush();
    return result.isGreen() ? ExitCode.OK : ExitCode.FAILED;
  }

  private ChaosConfig config(Path directory) {
    try {
      return new ChaosConfig(
          Installation.current(Main.class.getName()),
          directory,
          seed,
          Duration.ofMillis(Math.round(minutes * 60_000)),
          CALM,
          faults,
          poison / PERCENT,
          poisonKinds,
          settings);
    } catch (IllegalArgumentException e) {
      throw refused(String.valueOf(e.getMessage()));
    }
  }

  /** An option has a value that it cannot have. */
  private ParameterException refused(String why) {
    return new ParameterException(spec.commandLine(), why);
  }

  private static void print(PrintWriter out, String line) {
    out.println(line);
    out.flush();
  }

  private Path fresh(Path directory) throws IOException {
    Files.createDirectories(directory);
    try (Stream<Path> there = Files.list(directory)) {
      if (there.findAny().isPresent()) {
        throw refused("--data " + directory + ": expected a new directory, it is not empty");
      }
    }
    return directory.toAbsolutePath();
  }

  private static void remove(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
