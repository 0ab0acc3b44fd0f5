package dev.dataengine.compose.launcher;

import dev.dataengine.compose.data.DataDirectory;
import dev.dataengine.compose.monitor.LoopMonitor;
import dev.dataengine.compose.monitor.Report;
import dev.dataengine.config.ConnectionConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The whole loop in one process: what the services stand on below, the services above. Services
 * stop first, so that the monitor still counts what they finish.
 */
public final class Running implements AutoCloseable {

  private static final Duration CATCH_UP = Duration.ofSeconds(1);

  private final Loop below = new Loop();
  private final Loop services = new Loop();
  private final MetricsEndpoint metrics;
  private final ConnectionConfig connection;
  private final LoopMonitor monitor;
  private final Duration startup;

  private Running(
      DataEngineConfig config, Infrastructure infrastructure, ServiceCatalog catalog, long begun)
      throws InterruptedException {
    metrics = new MetricsEndpoint(infrastructure.metricsPort());
    try {
      connection = infrastructure.start(below);
      monitor = new LoopMonitor(connection, begun);
      below.start(List.of(monitor));
      services.start(
          catalog.names().stream()
              .map(name -> catalog.create(name, config, connection, metrics.meters()))
              .toList());
    } catch (InterruptedException | RuntimeException e) {
      close();
      throw e;
    }
    startup = Duration.ofNanos(System.nanoTime() - begun);
  }

  /**
   * Starts everything and returns when all of it runs.
   *
   * @param begunNanos {@link System#nanoTime} that times count from
   */
  public static Running start(
      DataEngineConfig config, DataDirectory data, ServiceCatalog catalog, long begunNanos)
      throws InterruptedException {
    return new Running(config, new Infrastructure(config, data), catalog, begunNanos);
  }

  /** Where what is reached, a line each. */
  public List<String> addresses() {
    return List.of(
        "broker    " + connection.bootstrapServers(),
        "registry  " + connection.schemaRegistryUrl(),
        "metrics   " + metrics.url());
  }

  public ConnectionConfig connection() {
    return connection;
  }

  public LoopMonitor monitor() {
    return monitor;
  }

  public Map<String, String> states() {
    Map<String, String> states = new LinkedHashMap<>(below.states());
    states.putAll(services.states());
    return states;
  }

  public Map<String, Throwable> failures() {
    Map<String, Throwable> failures = new LinkedHashMap<>(below.failures());
    failures.putAll(services.failures());
    return failures;
  }

  /** Stops the services and counts what they finished. */
  public void stopServices() {
    services.close();
    monitor.catchUp(CATCH_UP);
  }

  public void writeReport(Path file) throws IOException {
    Report.write(
        file,
        monitor,
        new Report.Milestones(startup, monitor.firstWeights(), monitor.firstModelVersion()));
  }

  @Override
  public void close() {
    services.close();
    below.close();
    metrics.close();
  }
}
