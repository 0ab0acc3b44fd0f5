package dev.dataengine.clients;

import dev.dataengine.config.ConnectionConfig;
import dev.dataengine.failure.FailureKind;
import dev.dataengine.failure.Failures;
import dev.dataengine.failure.MisconfiguredException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;

/** Clients of the cluster that a configuration names; its {@code kafka.*} settings win over all. */
record ConnectedClients(ConnectionConfig connection) implements KafkaClients {

  @Override
  public Consumer<byte[], byte[]> consumer(String clientId, Map<String, String> settings) {
    return made(() -> new KafkaConsumer<>(with(connection.consumer(clientId), settings)));
  }

  @Override
  public Producer<byte[], byte[]> producer(String clientId, Map<String, String> settings) {
    return made(() -> new KafkaProducer<>(with(connection.producer(clientId), settings)));
  }

  @Override
  public Admin admin(String clientId) {
    return made(() -> Admin.create(connection.client(clientId)));
  }

  @Override
  public TopicIds topicIds(String clientId) {
    return new AskedTopicIds(() -> admin(clientId));
  }

  /** A client that cannot be made, where no host was asked for, cannot be made later either. */
  private static <T> T made(Supplier<T> client) {
    try {
      return client.get();
    } catch (KafkaException e) {
      if (Failures.kindOf(e) != FailureKind.OTHER) {
        throw e;
      }
      throw new MisconfiguredException(
          "connection: a Kafka client cannot be made of these settings: " + Failures.reason(e), e);
    }
  }

  private Map<String, Object> with(Map<String, Object> ours, Map<String, String> settings) {
    Map<String, Object> all = new HashMap<>(ours);
    all.putAll(settings);
    all.putAll(connection.kafka());
    return all;
  }
}
