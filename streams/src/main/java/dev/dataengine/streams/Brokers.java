package dev.dataengine.streams;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;

/** Asking the broker. */
final class Brokers {

  private static final long TIMEOUT_SECONDS = 30;

  private Brokers() {}

  /**
   * @throws org.apache.kafka.common.errors.UnknownTopicOrPartitionException where there is no such
   *     topic
   */
  static int partitions(Admin admin, String topic) throws Exception {
    Collection<TopicDescription> found =
        get(admin.describeTopics(List.of(topic)).allTopicNames()).values();
    return found.iterator().next().partitions().size();
  }

  /** The value; throws what the broker said rather than that the future failed. */
  static <T> T get(KafkaFuture<T> future) throws Exception {
    try {
      return future.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    } catch (TimeoutException e) {
      throw new org.apache.kafka.common.errors.TimeoutException(
          "the broker did not answer within " + TIMEOUT_SECONDS + " s", e);
    }
  }
}
