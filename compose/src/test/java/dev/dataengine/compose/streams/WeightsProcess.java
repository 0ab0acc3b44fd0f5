package dev.dataengine.compose.streams;

import dev.dataengine.config.ConnectionConfig;
import dev.dataengine.streams.WeightsConfig;
import dev.dataengine.streams.WeightsService;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An instance of {@code weights} in a process of its own, so that it can be killed. */
final class WeightsProcess implements AutoCloseable {

  private final Process process;

  private WeightsProcess(Process process) {
    this.process = process;
  }

  static WeightsProcess start(ConnectionConfig connection, WeightsConfig config, Path output)
      throws IOException {
    return new WeightsProcess(
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m",
                    "-XX:+UseSerialGC",
                    "-cp",
                    System.getProperty("java.class.path"),
                    WeightsProcess.class.getName(),
                    connection.bootstrapServers(),
                    connection.schemaRegistryUrl(),
                    config.stateDir().toString(),
                    Integer.toString(config.threads()),
                    Integer.toString(config.standbyReplicas())))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
            .start());
  }

  /** As kill -9: nothing is closed, flushed or left. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }

  /** The process: bootstrap servers, registry, state directory, threads, standby replicas. */
  public static void main(String[] arguments) {
    WeightsConfig config =
        Cluster.weights(
            Path.of(arguments[2]),
            Integer.parseInt(arguments[3]),
            Integer.parseInt(arguments[4]),
            WeightsConfig.defaults().announcementWaitMs());
    try (WeightsService service =
        new WeightsService(
            config, new ConnectionConfig(arguments[0], arguments[1]), new SimpleMeterRegistry())) {
      service.start();
      service.termination().join();
    }
  }
}
