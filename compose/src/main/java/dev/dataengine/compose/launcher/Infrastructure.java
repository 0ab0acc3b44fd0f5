package dev.dataengine.compose.launcher;

import dev.dataengine.clients.KafkaClients;
import dev.dataengine.compose.broker.EmbeddedBroker;
import dev.dataengine.compose.data.DataDirectory;
import dev.dataengine.compose.data.Ports;
import dev.dataengine.compose.registry.EmbeddedRegistry;
import dev.dataengine.config.ConnectionConfig;
import dev.dataengine.failure.Health;
import dev.dataengine.failure.Patience;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.topics.SchemaRegistration;
import dev.dataengine.topics.TopicAdmin;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;

/** What the services stand on: a broker, a registry, the topics and schemas, metrics. */
public final class Infrastructure {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final EmbeddedBroker broker;
  private final EmbeddedRegistry registry;
  private final int metricsPort;
  private final DataEngineConfig config;

  /** Chooses the ports; nothing runs yet. */
  public Infrastructure(DataEngineConfig config, DataDirectory data) {
    Ports ports = new Ports(data.resolve("ports.properties"));
    this.config = config;
    this.broker = new EmbeddedBroker(config.broker(), data.resolve("broker"), ports);
    this.registry = new EmbeddedRegistry(config.registry(), data.resolve("registry"), ports);
    this.metricsPort = ports.choose("metrics", config.metrics().port());
  }

  /** The same, however long it takes. */
  public ConnectionConfig start(Loop loop) throws Exception {
    return start(loop, () -> true);
  }

  /**
   * Starts broker and registry in the loop and creates what is missing in them.
   *
   * @param running false ends the waiting for them
   */
  public ConnectionConfig start(Loop loop, BooleanSupplier running) throws Exception {
    loop.start(List.of(broker));
    loop.start(List.of(registry));
    ConnectionConfig connection =
        new ConnectionConfig(
            broker.bootstrapServers(), registry.url(), config.connection().kafka());
    prepare(config, connection, new Patience(running, new Health()));
    return connection;
  }

  /** Creates missing topics and registers the schemas; does nothing where all is there. */
  private static void prepare(
      DataEngineConfig config, ConnectionConfig connection, Patience patience) throws Exception {
    try (Admin admin = KafkaClients.of(connection).admin("dataengine-topics")) {
      TopicAdmin topics = new TopicAdmin(admin, config.topics(), TIMEOUT);
      patience.waitOut("the broker", topics::create);
    }
    SchemaRegistryClient client = EventSerde.registry(connection.schemaRegistryUrl());
    patience.waitOut("the registry", () -> SchemaRegistration.registerAll(client));
  }

  public int metricsPort() {
    return metricsPort;
  }
}
