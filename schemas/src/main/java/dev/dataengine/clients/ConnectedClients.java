package dev.dataengine.clients;

import dev.dataengine.config.ConnectionConfig;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;

/** Clients of the cluster that a configuration names; its {@code kafka.*} settings win over all. */
record ConnectedClients(ConnectionConfig connection) implements KafkaClients {

  @Override
  public Consumer<byte[], byte[]> consumer(String clientId, Map<String, String> settings) {
    return new KafkaConsumer<>(with(connection.consumer(clientId), settings));
  }

  @Override
  public Producer<byte[], byte[]> producer(String clientId, Map<String, String> settings) {
    return new KafkaProducer<>(with(connection.producer(clientId), settings));
  }

  @Override
  public Admin admin(String clientId) {
    return Admin.create(connection.client(clientId));
  }

  private Map<String, Object> with(Map<String, Object> ours, Map<String, String> settings) {
    Map<String, Object> all = new HashMap<>(ours);
    all.putAll(settings);
    all.putAll(connection.kafka());
    return all;
  }
}
