package dev.dataengine.compose.launcher;

import dev.dataengine.compose.data.DataDirectory;
import dev.dataengine.compose.monitor.LoopMonitor;
import dev.dataengine.compose.monitor.Report;
import dev.dataengine.config.ConnectionConfig;
import dev.dataengine.failure.Health;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * The whole loop in one process: what the services stand on below, the services above. Services
 * stop first, so that the monitor still counts what they finish.
 */
public final class Running implements AutoCloseable {

  private static final Duration CATCH_UP = Duration.ofSeconds(1);

  private final Loop below = new Loop();
  private final Loop watching = new Loop();
  private final Loop services = new Loop();
  private final MetricsEndpoint metrics;
  private final ConnectionConfig connection;
  private final LoopMonitor monitor;
  private final Duration startup;
  private Optional<Report.Services> atStop = Optional.empty();

  private Running(
      DataEngineConfig config,
      Infrastructure infrastructure,
      ServiceCatalog catalog,
      long begun,
      BooleanSupplier running)
      throws Exception {
    metrics = new MetricsEndpoint(infrastructure.metricsPort());
    try {
      List.of(below, watching, services).forEach(loop -> loop.bindTo(metrics.meters()));
      CompletableFuture<?> made = new Places(config).makeBenchmark();
      connection = infrastructure.start(below, running);
      made.join();
      monitor = new LoopMonitor(connection, begun);
      watching.start(List.of(monitor));
      services.start(
          catalog.names().stream()
              .map(name -> catalog.create(name, config, connection, metrics.meters()))
              .toList());
    } catch (Exception e) {
      close();
      throw e;
    }
    startup = Duration.ofNanos(System.nanoTime() - begun);
  }

  /**
   * Starts everything and returns when all of it was started.
   *
   * @param begunNanos {@link System#nanoTime} that times count from
   * @param running false ends the waiting for broker and registry
   */
  public static Running start(
      DataEngineConfig config,
      DataDirectory data,
      ServiceCatalog catalog,
      long begunNanos,
      BooleanSupplier running)
      throws Exception {
    return new Running(config, new Infrastructure(config, data), catalog, begunNanos, running);
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

  /** By service, in starting order. */
  public Map<String, Health.Status> states() {
    Map<String, Health.Status> states = new LinkedHashMap<>();
    loops().forEach(loop -> states.putAll(loop.states()));
    return states;
  }

  /** What ended services, by their name. */
  public Map<String, Throwable> failures() {
    Map<String, Throwable> failures = new LinkedHashMap<>();
    loops().forEach(loop -> failures.putAll(loop.failures()));
    return failures;
  }

  /**
   * Completes when nothing can go on: broker or registry have ended, which nothing here can mend
   * and every service would wait for, or all services have.
   */
  public CompletableFuture<?> ended() {
    return CompletableFuture.anyOf(below.anyEnded(), services.allEnded());
  }

  private List<Loop> loops() {
    return List.of(below, watching, services);
  }

  /** Stops the services and counts what they finished. */
  public void stopServices() {
    atStop = Optional.of(servicesNow());
    services.close();
    monitor.catchUp(CATCH_UP);
  }

  private Report.Services servicesNow() {
    return new Report.Services(
        states(), loops().stream().mapToLong(loop -> loop.endedUnasked().size()).sum());
  }

  public void writeReport(Path file) throws IOException {
    Report.write(
        file,
        monitor,
        new Report.Milestones(startup, monitor.firstWeights(), monitor.firstModelVersion()),
        atStop.orElseGet(this::servicesNow));
  }

  @Override
  public void close() {
    services.close();
    watching.close();
    below.close();
    metrics.close();
  }
}
