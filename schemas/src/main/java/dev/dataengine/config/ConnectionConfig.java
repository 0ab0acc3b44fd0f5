package dev.dataengine.config;

import java.util.HashMap;
import java.util.Map;

/** How a service reaches the broker and the registry. */
public record ConnectionConfig(
    @Key(
            doc = "broker of services that run apart; `up` uses its own",
            pattern = "[^,:\\s]+:\\d+(,[^,:\\s]+:\\d+)*",
            expected = "host:port[,host:port…]")
        String bootstrapServers,
    @Key(
            doc =
                "registry of services that run apart, any that speaks Confluent's REST API; `up`"
                    + " uses its own",
            pattern = "https?://.+",
            expected = "http://… or https://…")
        String schemaRegistryUrl,
    @Key(
            doc =
                "settings passed to every Kafka client (TLS, SASL, …) as Kafka names them; they win"
                    + " over ours, and those that a service depends on are refused")
        Map<String, String> kafka) {

  private static final String OURS = "each service as it needs it";

  /** By setting, what says it instead: another key, or a service that cannot do with another. */
  private static final Map<String, String> NOT_TAKEN =
      Map.ofEntries(
          Map.entry("bootstrap.servers", "connection.bootstrap-servers"),
          Map.entry("transactional.id", "generator.transactional-id"),
          Map.entry("application.id", "weights.application-id"),
          Map.entry("processing.guarantee", OURS),
          Map.entry("client.id", OURS),
          Map.entry("group.id", OURS),
          Map.entry("group.instance.id", OURS),
          Map.entry("group.protocol", OURS),
          Map.entry("enable.auto.commit", OURS),
          Map.entry("enable.idempotence", OURS),
          Map.entry("isolation.level", OURS),
          Map.entry("transaction.timeout.ms", OURS),
          Map.entry("allow.auto.create.topics", OURS),
          Map.entry("auto.offset.reset", OURS),
          Map.entry("key.serializer", OURS),
          Map.entry("value.serializer", OURS),
          Map.entry("key.deserializer", OURS),
          Map.entry("value.deserializer", OURS));

  public ConnectionConfig {
    kafka = Map.copyOf(kafka == null ? Map.of() : kafka);
    Keys.check(ConnectionConfig.class, bootstrapServers, schemaRegistryUrl, kafka);
    kafka.keySet().stream()
        .filter(NOT_TAKEN::containsKey)
        .findFirst()
        .ifPresent(
            setting -> {
              throw new KeyException(
                  "kafka." + setting,
                  "is set by " + NOT_TAKEN.get(setting) + "; leave it out here");
            });
  }

  public ConnectionConfig(String bootstrapServers, String schemaRegistryUrl) {
    this(bootstrapServers, schemaRegistryUrl, Map.of());
  }

  /** What every client needs; a fresh mutable map. */
  public Map<String, Object> client(String clientId) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", bootstrapServers);
    settings.put("client.id", clientId);
    settings.putAll(kafka);
    return settings;
  }

  /** An idempotent producer of bytes. */
  public Map<String, Object> producer(String clientId) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("enable.idempotence", "true");
    settings.put("acks", "all");
    settings.put("linger.ms", "5");
    settings.put("compression.type", "lz4");
    settings.put("key.serializer", "org.apache.kafka.common.serialization.ByteArraySerializer");
    settings.put("value.serializer", "org.apache.kafka.common.serialization.ByteArraySerializer");
    settings.putAll(client(clientId));
    return settings;
  }

  /** Settings of a producer that waits out a broker that is away, however long. */
  public Map<String, Object> patientProducer(String clientId) {
    Map<String, Object> settings = producer(clientId);
    settings.putIfAbsent("delivery.timeout.ms", Integer.toString(Integer.MAX_VALUE));
    settings.putIfAbsent("max.block.ms", Integer.toString(Integer.MAX_VALUE));
    return settings;
  }

  /** A consumer of committed bytes that commits nothing by itself. */
  public Map<String, Object> consumer(String clientId) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("isolation.level", "read_committed");
    settings.put("enable.auto.commit", "false");
    settings.put("auto.offset.reset", "earliest");
    // topics are made with their layout, by 'topics create', and never by being asked about
    settings.put("allow.auto.create.topics", "false");
    // added partitions are noticed within so long, rather than within five minutes
    settings.put("metadata.max.age.ms", "10000");
    settings.put("key.deserializer", "org.apache.kafka.common.serialization.ByteArrayDeserializer");
    settings.put(
        "value.deserializer", "org.apache.kafka.common.serialization.ByteArrayDeserializer");
    settings.putAll(client(clientId));
    return settings;
  }

  /** The same in a consumer group. */
  public Map<String, Object> consumer(String clientId, String groupId) {
    Map<String, Object> settings = consumer(clientId);
    settings.put("group.id", groupId);
    return settings;
  }

  /** Without secrets. */
  @Override
  public String toString() {
    return "ConnectionConfig[bootstrapServers=%s, schemaRegistryUrl=%s, kafka=%s]"
        .formatted(bootstrapServers, Secrets.masked(schemaRegistryUrl), Secrets.shown(kafka));
  }
}
