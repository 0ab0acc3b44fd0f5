package dev.dataengine.clients;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;

/**
 * What topics are beside their names: one that was made anew, or is on a broker that lost its disk,
 * has another id. For one thread.
 */
public interface TopicIds extends AutoCloseable {

  /** Tells none, for who reads a topic once. */
  TopicIds NONE = names -> Map.of();

  /**
   * Asks the broker; within seconds.
   *
   * @return ids by name; a topic without is not known
   * @throws Exception what the broker's answer was, or that it gave none
   */
  Map<String, Uuid> of(List<String> names) throws Exception;

  @Override
  default void close() {}
}
