package dev.dataengine.compose.cli;

import dev.dataengine.compose.broker.EmbeddedBroker;
import dev.dataengine.compose.data.DataDirectory;
import dev.dataengine.compose.data.Ports;
import dev.dataengine.compose.launcher.DataEngineConfig;
import dev.dataengine.compose.launcher.Loop;
import dev.dataengine.compose.launcher.MetricsEndpoint;
import dev.dataengine.compose.launcher.ServiceCatalog;
import dev.dataengine.compose.registry.EmbeddedRegistry;
import dev.dataengine.service.Service;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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

  @Parameters(paramLabel = "SERVICE", description = "broker, registry or a service of the loop.")
  private String name;

  @Mixin private ConfigOptions options;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    Logs.toStderr();
    DataEngineConfig config = options.load(List.of());
    return switch (name) {
      case "broker", "registry" -> {
        // a directory each, since each may run on a machine of its own
        try (DataDirectory data = DataDirectory.open(config.data().resolve(name))) {
          Ports ports = new Ports(data.resolve("ports.properties"));
          yield runUntilStopped(infrastructure(config, data.path(), ports));
        }
      }
      default -> {
        try (MetricsEndpoint metrics = new MetricsEndpoint(config.metrics().port())) {
          Service service =
              ServiceCatalog.standard().create(name, config, config.connection(), metrics.meters());
          spec.commandLine().getOut().println("metrics  " + metrics.url());
          yield runUntilStopped(service);
        }
      }
    };
  }

  private Service infrastructure(DataEngineConfig config, Path directory, Ports ports) {
    if (name.equals("broker")) {
      EmbeddedBroker broker = new EmbeddedBroker(config.broker(), directory, ports);
      spec.commandLine().getOut().println("broker  " + broker.bootstrapServers());
      return broker;
    }
    EmbeddedRegistry registry = new EmbeddedRegistry(config.registry(), directory, ports);
    spec.commandLine().getOut().println("registry  " + registry.url());
    return registry;
  }

  private int runUntilStopped(Service service) throws InterruptedException {
    try (Loop loop = new Loop();
        Shutdown shutdown = Shutdown.closing(loop)) {
      loop.start(List.of(service));
      spec.commandLine().getOut().println(service.name() + " runs");
      spec.commandLine().getOut().flush();
      service.termination().get();
      return ExitCode.OK;
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          name + " failed: " + OneLineErrors.oneLine(e.getCause() == null ? e : e.getCause()), e);
    }
  }
}
