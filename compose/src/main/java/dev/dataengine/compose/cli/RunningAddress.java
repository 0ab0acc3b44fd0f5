package dev.dataengine.compose.cli;

import dev.dataengine.compose.launcher.DataEngineConfig;
import dev.dataengine.config.ConnectionConfig;
import dev.dataengine.config.Loaded;
import dev.dataengine.config.Secrets;
import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MalformedURLException;
import java.net.Socket;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Utils;

/**
 * Where the commands beside {@code up} find it: where the configuration says so, else at the ports
 * that the data directory remembers, else at the defaults.
 *
 * @param brokerFrom where the broker's address is from, for messages
 * @param registryFrom where the registry's is from
 */
record RunningAddress(ConnectionConfig connection, String brokerFrom, String registryFrom) {

  private static final String BROKER = "connection.bootstrap-servers";
  private static final String REGISTRY = "connection.schema-registry-url";
  private static final Duration ANSWER_WITHIN = Duration.ofMillis(700);

  /** As the configuration says, wherever else something may run. */
  static RunningAddress configured(Loaded<DataEngineConfig> loaded) {
    return new RunningAddress(
        loaded.config().connection(), loaded.origin(BROKER), loaded.origin(REGISTRY));
  }

  static RunningAddress of(Loaded<DataEngineConfig> loaded) {
    ConnectionConfig configured = loaded.config().connection();
    Path file = loaded.config().data().resolve("ports.properties");
    Properties ports = ports(file);
    boolean broker = loaded.place(BROKER).isEmpty() && ports.containsKey("broker");
    boolean registry = loaded.place(REGISTRY).isEmpty() && ports.containsKey("registry");
    String left = "left in " + file + " by the last 'up'";
    return new RunningAddress(
        new ConnectionConfig(
            broker ? "127.0.0.1:" + ports.getProperty("broker") : configured.bootstrapServers(),
            registry
                ? "http://127.0.0.1:" + ports.getProperty("registry")
                : configured.schemaRegistryUrl(),
            configured.kafka()),
        broker ? left : loaded.origin(BROKER),
        registry ? left : loaded.origin(REGISTRY));
  }

  private static Properties ports(Path file) {
    Properties known = new Properties();
    if (Files.exists(file)) {
      try {
        known.load(new StringReader(Files.readString(file)));
      } catch (IOException | IllegalArgumentException e) {
        throw new IllegalStateException(file + ": cannot be read: " + e.getMessage(), e);
      }
    }
    return known;
  }

  /**
   * Sees to it that something listens at one of the broker's addresses, so that a command that a
   * user waits for need not wait for a client to give up.
   *
   * @throws IllegalStateException with what to do
   */
  void requireBroker() {
    if (!brokerListens()) {
      throw nothing("broker", connection.bootstrapServers(), brokerFrom, BROKER + "=HOST:PORT");
    }
  }

  /** The same for the registry. */
  void requireRegistry() {
    if (!registryListens()) {
      throw nothing("registry", registry(), registryFrom, REGISTRY + "=URL");
    }
  }

  /** Where a service connects to, a line each. */
  List<String> lines() {
    String notYet = "; nothing answers there yet";
    return List.of(
        "broker    %s  (%s)%s"
            .formatted(connection.bootstrapServers(), brokerFrom, brokerListens() ? "" : notYet),
        "registry  %s  (%s)%s"
            .formatted(registry(), registryFrom, registryListens() ? "" : notYet));
  }

  private String registry() {
    return Secrets.masked(connection.schemaRegistryUrl());
  }

  private boolean brokerListens() {
    return Stream.of(connection.bootstrapServers().split(",", -1))
        .anyMatch(RunningAddress::listens);
  }

  private boolean registryListens() {
    try {
      URL url = new URL(connection.schemaRegistryUrl());
      int port = url.getPort() >= 0 ? url.getPort() : url.getDefaultPort();
      return listens(url.getHost().replaceAll("[\\[\\]]", ""), port);
    } catch (MalformedURLException e) {
      return false;
    }
  }

  /** As Kafka's clients read it: a host's name may have an underscore, which no URI takes. */
  private static boolean listens(String server) {
    String host = Utils.getHost(server.strip());
    Integer port = Utils.getPort(server.strip());
    return host != null && port != null && listens(host, port);
  }

  private static boolean listens(String host, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.getByName(host), port), (int) ANSWER_WITHIN.toMillis());
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static IllegalStateException nothing(
      String what, String address, String from, String setting) {
    return new IllegalStateException(
        "no %s answers at %s (%s): start it with 'dataengine up', or say where it is with --data DIR or --set %s"
            .formatted(what, address, from, setting));
  }
}
