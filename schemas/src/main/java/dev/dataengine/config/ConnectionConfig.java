package dev.dataengine.config;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * How a service reaches the broker and the registry.
 *
 * @param bootstrapServers host:port, comma separated
 * @param schemaRegistryUrl base URL of a registry that speaks Confluent's REST API
 * @param kafka further client settings, passed through as they are (TLS, SASL, …); they win over
 *     ours
 */
public record ConnectionConfig(
    String bootstrapServers, String schemaRegistryUrl, Map<String, String> kafka) {

  public ConnectionConfig {
    Objects.requireNonNull(bootstrapServers, "bootstrap-servers is missing");
    Objects.requireNonNull(schemaRegistryUrl, "schema-registry-url is missing");
    if (!bootstrapServers.matches("[^,:\\s]+:\\d+(,[^,:\\s]+:\\d+)*")) {
      throw new IllegalArgumentException(
          "bootstrap-servers: expected host:port[,host:port…], got '" + bootstrapServers + "'");
    }
    if (!schemaRegistryUrl.matches("https?://.+")) {
      throw new IllegalArgumentException(
          "schema-registry-url: expected http://… or https://…, got '" + schemaRegistryUrl + "'");
    }
    kafka = Map.copyOf(kafka == null ? Map.of() : kafka);
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
}
