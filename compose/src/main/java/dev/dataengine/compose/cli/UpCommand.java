package dev.dataengine.compose.cli;

import dev.dataengine.compose.data.DataDirectory;
import dev.dataengine.compose.launcher.DataEngineConfig;
import dev.dataengine.compose.launcher.Overridden;
import dev.dataengine.compose.launcher.Running;
import dev.dataengine.compose.launcher.ServiceCatalog;
import dev.dataengine.compose.monitor.LiveTable;
import dev.dataengine.config.Flag;
import dev.dataengine.config.Loaded;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The whole loop in this process. */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description = {
      "Runs the whole loop in this process and shows it, until Ctrl-C or for --seconds.",
      "Everything is kept under --data: the next start goes on where this one stopped."
    })
final class UpCommand implements Callable<Integer> {

  @Option(
      names = "--seconds",
      paramLabel = "N",
      converter = Values.Count.class,
      description = "Stops after N seconds.")
  private @Nullable Long seconds;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      converter = Values.Writable.class,
      description = "Writes the figures as JSON.")
  private @Nullable Path report;

  @Option(
      names = "--images",
      paramLabel = "SOURCE",
      description =
          "built-in (default), nlvr:DIR, coco:IMAGES,INSTANCES.json[,CAPTIONS.json] or jsonl:FILE.")
  private @Nullable String images;

  @Option(
      names = "--benchmark",
      paramLabel = "SOURCE",
      description = "built-in (default), easy-vqa:DIR, nlvr:DIR or a benchmark's directory.")
  private @Nullable String benchmark;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      converter = Values.Port.class,
      description = "The broker's port (default: a free one that restarts keep).")
  private @Nullable Integer port;

  @Mixin private ConfigOptions options;

  @Override
  public Integer call() throws Exception {
    // from the start of the process, not of this method: that is what a user waits for
    long begunNanos =
        System.nanoTime()
            - TimeUnit.MILLISECONDS.toNanos(ManagementFactory.getRuntimeMXBean().getUptime());
    Loaded<DataEngineConfig> loaded = options.load(shortcuts());
    Overridden.refuseWithUp(loaded);
    boolean interactive = LiveTable.isTerminal();
    CompletableFuture<Void> stop = new CompletableFuture<>();
    try (Shutdown shutdown = Shutdown.asking(() -> stop.complete(null));
        DataDirectory data = DataDirectory.open(loaded.config().data())) {
      Path log = Logs.toFile(data.path(), interactive);
      return run(loaded.config(), data, log, begunNanos, interactive, stop);
    }
  }

  private int run(
      DataEngineConfig config,
      DataDirectory data,
      Path log,
      long begunNanos,
      boolean interactive,
      CompletableFuture<Void> stop)
      throws Exception {
    PrintStream out = System.out;
    out.println("starting  broker, registry, topics, services"); // it takes seconds
    try (Running running =
        Running.start(config, data, ServiceCatalog.standard(), begunNanos, () -> !stop.isDone())) {
      List<String> banner = new ArrayList<>(running.addresses());
      banner.add("logs      " + log);
      banner.add("");
      if (!interactive) {
        banner.forEach(out::println);
      }
      LiveTable table =
          new LiveTable(running.monitor(), running::states, banner, begunNanos, interactive, out);
      table.start();
      try {
        await(CompletableFuture.anyOf(stop, running.ended()), out);
      } finally {
        table.close();
      }
      running.stopServices();
      if (report != null) {
        running.writeReport(report);
        out.println("report    " + report);
      }
      return exitCode(running.failures());
    }
  }

  /** Until Ctrl-C, the time is over, or there is nothing left to run. */
  private void await(CompletableFuture<?> end, PrintStream out)
      throws InterruptedException, ExecutionException {
    if (seconds == null) {
      end.get();
      return;
    }
    try {
      end.get(seconds, TimeUnit.SECONDS);
      out.println("stopped before its " + seconds + " s were over");
    } catch (TimeoutException over) {
      return;
    }
  }

  /** Tells what failed. Where we are misconfigured, that is what to mend first. */
  private static int exitCode(Map<String, Throwable> failures) {
    SafeText safe = new SafeText(List.of(), System.getenv());
    int code = ExitCode.OK;
    for (Map.Entry<String, Throwable> failed : failures.entrySet()) {
      Throwable failure = failed.getValue();
      System.err.println(safe.of(ServiceFailedException.text(failed.getKey(), failure)));
      code = Math.max(code, ExitCode.of(failure));
    }
    return code;
  }

  private List<Flag> shortcuts() {
    List<Flag> flags = new ArrayList<>();
    if (images != null) {
      flags.add(Flag.of("--images", "images", images));
    }
    if (benchmark != null) {
      flags.add(Flag.of("--benchmark", "benchmark", benchmark));
    }
    if (port != null) {
      flags.add(Flag.of("--port", "broker.port", port));
    }
    return flags;
  }
}
