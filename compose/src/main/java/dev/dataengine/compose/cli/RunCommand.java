package dev.dataengine.compose.cli;

import dev.dataengine.compose.broker.EmbeddedBroker;
import dev.dataengine.compose.data.DataDirectory;
import dev.dataengine.compose.data.Ports;
import dev.dataengine.compose.launcher.DataEngineConfig;
import dev.dataengine.compose.launcher.Loop;
import dev.dataengine.compose.launcher.MetricsEndpoint;
import dev.dataengine.compose.launcher.Overridden;
import dev.dataengine.compose.launcher.ServiceCatalog;
import dev.dataengine.compose.registry.EmbeddedRegistry;
import dev.dataengine.config.Loaded;
import dev.dataengine.service.Service;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** One service in a process of its own. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = {
      "Runs one service until it is stopped.",
      "broker and registry keep their data under --data; the others connect to"
          + " connection.bootstrap-servers and connection.schema-registry-url."
    })
final class RunCommand implements Callable<Integer> {

  private static final long LOOK_EVERY_MS = 100;

  @Parameters(paramLabel = "SERVICE", description = "broker, registry or a service of the loop.")
  private String name;

  @Mixin private ConfigOptions options;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    ServiceCatalog catalog = ServiceCatalog.standard();
    boolean infrastructure = name.equals("broker") || name.equals("registry");
    if (!infrastructure && !catalog.names().contains(name)) {
      throw new ParameterException(
          spec.commandLine(),
          "SERVICE: expected one of broker, registry, %s, got '%s'"
              .formatted(String.join(", ", catalog.names()), name));
    }
    Logs.toStderr();
    Loaded<DataEngineConfig> loaded = options.load(List.of());
    Overridden.refuse(loaded);
    DataEngineConfig config = loaded.config();
    CountDownLatch stop = new CountDownLatch(1);
    try (Shutdown shutdown = Shutdown.asking(stop::countDown);
        MetricsEndpoint metrics = new MetricsEndpoint(config.metrics().port())) {
      out().println("metrics   " + metrics.url());
      if (!infrastructure) {
        RunningAddress.configured(loaded).lines().forEach(out()::println);
        return runUntilStopped(
            catalog.create(name, config, config.connection(), metrics.meters()),
            metrics.meters(),
            stop);
      }
      // a directory each, since each may run on a machine of its own
      try (DataDirectory data = DataDirectory.open(config.data().resolve(name))) {
        return runUntilStopped(infrastructure(config, data), metrics.meters(), stop);
      }
    }
  }

  private Service infrastructure(DataEngineConfig config, DataDirectory data) {
    Ports ports = new Ports(data.resolve("ports.properties"));
    if (name.equals("broker")) {
      EmbeddedBroker broker = new EmbeddedBroker(config.broker(), data.path(), ports);
      out().println("broker    " + broker.bootstrapServers());
      return broker;
    }
    EmbeddedRegistry registry = new EmbeddedRegistry(config.registry(), data.path(), ports);
    out().println("registry  " + registry.url());
    return registry;
  }

  private int runUntilStopped(Service service, MeterRegistry meters, CountDownLatch stop)
      throws InterruptedException {
    HealthLines lines = new HealthLines(name, service.health(), out());
    try (Loop loop = new Loop()) {
      loop.bindTo(meters);
      lines.print();
      loop.start(List.of(service));
      do {
        lines.print();
      } while (!service.termination().isDone()
          && !stop.await(LOOK_EVERY_MS, TimeUnit.MILLISECONDS));
      Optional<Throwable> failure = Optional.ofNullable(loop.failures().get(name));
      if (failure.isPresent()) {
        throw new ServiceFailedException(name, failure.get());
      }
    }
    lines.print();
    return ExitCode.OK;
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
