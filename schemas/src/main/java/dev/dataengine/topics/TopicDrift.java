package dev.dataengine.topics;

/**
 * One difference between the catalogue and a cluster.
 *
 * @param topic name of the topic
 * @param what what differs: {@code topic}, {@code partitions}, {@code replication} or the name of a
 *     setting
 */
public record TopicDrift(String topic, String what, String expected, String actual) {

  @Override
  public String toString() {
    return topic + ": " + what + ": expected " + expected + ", got " + actual;
  }
}
