package dev.dataengine.compose.broker;

import dev.dataengine.compose.data.Ports;
import dev.dataengine.failure.Health;
import dev.dataengine.service.Service;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Kafka broker and controller in this process, with its logs under a directory. The storage
 * is formatted once; later starts keep the cluster id, the ports and the data. What the broker
 * acknowledged is in the operating system's page cache at least, so it survives the death of this
 * process, though not a power cut (Kafka relies on replication for that).
 *
 * <p>A broker that can't go on (its disk fails) would end its process; this one ends its {@link
 * #termination} with the reason, and is not started again: what it would find is what failed.
 */
public final class EmbeddedBroker implements Service {

  private static final Logger log = LoggerFactory.getLogger(EmbeddedBroker.class);

  private final Path logs;
  private final int port;
  private final KafkaConfig settings;
  private final CompletableFuture<Void> termination = new CompletableFuture<>();
  private final Health health = new Health();
  private @Nullable KafkaRaftServer server;

  /**
   * Chooses the ports; nothing runs yet.
   *
   * @param directory takes the broker's logs
   * @throws IllegalStateException where a port that the configuration fixes is taken
   */
  public EmbeddedBroker(BrokerConfig config, Path directory, Ports ports) {
    this.logs = directory.toAbsolutePath().resolve("logs");
    this.port = ports.choose("broker", config.port());
    int controllerPort = ports.choose("controller", config.controllerPort());
    Properties properties = BrokerSettings.of(logs, port, controllerPort, config.settings());
    this.settings = KafkaConfig.fromProps(properties, false);
  }

  /** host:port for clients. */
  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  @Override
  public String name() {
    return "broker";
  }

  @Override
  public synchronized void start() {
    long began = System.nanoTime();
    // where its disk or its metadata fail a broker ends its process; here that is ours to do
    Exit.setHaltProcedure((code, message) -> ended(message));
    Exit.setExitProcedure((code, message) -> ended(message));
    format();
    KafkaRaftServer started = new KafkaRaftServer(settings, Time.SYSTEM);
    server = started;
    started.startup();
    log.atInfo()
        .addKeyValue("address", bootstrapServers())
        .addKeyValue("logs", logs)
        .addKeyValue("millis", (System.nanoTime() - began) / 1_000_000)
        .log("broker is up");
    health.running();
  }

  private void ended(@Nullable String message) {
    String reason =
        "the broker gave up: "
            + (message == null || message.isBlank()
                ? "see what it logged as FATAL or ERROR; often the disk under " + logs
                : message);
    log.atError()
        .addKeyValue("address", bootstrapServers())
        .addKeyValue("reason", reason)
        .log("broker ended");
    health.failed(reason);
    termination.completeExceptionally(new IllegalStateException(reason));
  }

  private void format() {
    if (Files.exists(logs.resolve("meta.properties"))) {
      return;
    }
    try (PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      Files.createDirectories(logs);
      new Formatter()
          .setPrintStream(nowhere)
          .setNodeId(BrokerSettings.NODE_ID)
          .setClusterId(Uuid.randomUuid().toString())
          .addDirectory(logs.toString())
          .setMetadataLogDirectory(logs.toString())
          .setControllerListenerName(BrokerSettings.CONTROLLER)
          .setIgnoreFormatted(true)
          .run();
    } catch (IOException e) {
      throw new UncheckedIOException(logs + ": cannot be formatted for the broker: " + e, e);
    } catch (Exception e) {
      throw new IllegalStateException(logs + ": cannot be formatted for the broker: " + e, e);
    }
  }

  @Override
  public CompletableFuture<Void> termination() {
    return termination;
  }

  @Override
  public Health health() {
    return health;
  }

  @Override
  public synchronized void close() {
    KafkaRaftServer running = server;
    server = null;
    if (running != null) {
      running.shutdown();
      running.awaitShutdown();
      log.atInfo().addKeyValue("address", bootstrapServers()).log("broker is down");
      Exit.resetHaltProcedure();
      Exit.resetExitProcedure();
    }
    health.stopped();
    termination.complete(null);
  }
}
