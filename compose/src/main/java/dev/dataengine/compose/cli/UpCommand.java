package dev.dataengine.compose.cli;

import dev.dataengine.compose.data.DataDirectory;
import dev.dataengine.compose.launcher.DataEngineConfig;
import dev.dataengine.compose.launcher.Running;
import dev.dataengine.compose.launcher.ServiceCatalog;
import dev.dataengine.compose.monitor.LiveTable;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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

  @Option(names = "--seconds", paramLabel = "N", description = "Stops after N seconds.")
  private @Nullable Long seconds;

  @Option(names = "--report", paramLabel = "FILE", description = "Writes the figures as JSON.")
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
      description = "The broker's port (default: a free one that restarts keep).")
  private @Nullable Integer port;

  @Mixin private ConfigOptions options;

  @Override
  public Integer call() throws Exception {
    // from the start of the process, not of this method: that is what a user waits for
    long begunNanos =
        System.nanoTime()
            - TimeUnit.MILLISECONDS.toNanos(ManagementFactory.getRuntimeMXBean().getUptime());
    DataEngineConfig config = options.load(shortcuts());
    boolean interactive = LiveTable.isTerminal();
    CountDownLatch stop = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(1);
    Thread hook = new Thread(() -> signal(stop, done), "shutdown");
    Runtime.getRuntime().addShutdownHook(hook);
    try (DataDirectory data = DataDirectory.open(config.data())) {
      Path log = Logs.toFile(data.path(), interactive);
      return run(config, data, log, begunNanos, interactive, stop);
    } finally {
      done.countDown();
    }
  }

  private int run(
      DataEngineConfig config,
      DataDirectory data,
      Path log,
      long begunNanos,
      boolean interactive,
      CountDownLatch stop)
      throws Exception {
    PrintStream out = System.out;
    if (report != null) {
      Path parent = report.toAbsolutePath().getParent();
      if (parent == null || !Files.isDirectory(parent) || !Files.isWritable(parent)) {
        throw new IllegalArgumentException("--report " + report + ": no writable directory there");
      }
    }
    out.println("starting  broker, registry, topics, services"); // it takes seconds
    try (Running running = Running.start(config, data, ServiceCatalog.standard(), begunNanos)) {
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
        if (seconds == null) {
          stop.await();
        } else if (stop.await(seconds, TimeUnit.SECONDS)) {
          out.println("stopped before its " + seconds + " s were over");
        }
      } finally {
        table.close();
      }
      running.stopServices();
      if (report != null) {
        running.writeReport(report);
        out.println("report    " + report);
      }
      running
          .failures()
          .forEach(
              (name, failure) ->
                  System.err.println(name + " failed: " + OneLineErrors.oneLine(failure)));
      return running.failures().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }
  }

  /** On Ctrl-C and SIGTERM: the main thread stops everything, this waits for it. */
  private static void signal(CountDownLatch stop, CountDownLatch done) {
    stop.countDown();
    try {
      if (!done.await(10, TimeUnit.SECONDS)) {
        System.err.println("not everything stopped in time; nothing that was committed is lost");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<String> shortcuts() {
    List<String> flags = new ArrayList<>();
    if (images != null) {
      flags.add("images=" + images);
    }
    if (benchmark != null) {
      flags.add("benchmark=" + benchmark);
    }
    if (port != null) {
      flags.add("broker.port=" + port);
    }
    return flags;
  }
}
