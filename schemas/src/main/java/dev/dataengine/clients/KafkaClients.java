package dev.dataengine.clients;

import dev.dataengine.config.ConnectionConfig;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/**
 * Makes a service's clients, of bytes. A service asks here and nowhere else, so that a simulation
 * can give it others. Whoever asks closes what it gets.
 */
public interface KafkaClients {

  /**
   * A consumer of committed records that commits nothing by itself.
   *
   * @param settings added to ours, as Kafka names them; a {@code group.id} among them makes it a
   *     member or lets it commit
   */
  Consumer<byte[], byte[]> consumer(String clientId, Map<String, String> settings);

  /**
   * An idempotent producer.
   *
   * @param settings added to ours; a {@code transactional.id} among them makes it transactional
   */
  Producer<byte[], byte[]> producer(String clientId, Map<String, String> settings);

  Admin admin(String clientId);

  /** Ids of topics; of a cluster that has none, {@link TopicIds#NONE}. */
  default TopicIds topicIds(String clientId) {
    return TopicIds.NONE;
  }

  /** Clients of a cluster. */
  static KafkaClients of(ConnectionConfig connection) {
    return new ConnectedClients(connection);
  }
}
