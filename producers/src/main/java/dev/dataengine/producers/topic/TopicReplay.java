package dev.dataengine.producers.topic;

import dev.dataengine.topics.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;

/** Reads a topic from its start to where it ended at the beginning of the reading. */
public final class TopicReplay {

  private static final Duration POLL = Duration.ofMillis(100);

  private TopicReplay() {}

  /**
   * The partitions of the topics; waits until the broker is there and knows all of them.
   *
   * @param running false ends the waiting with an empty list
   */
  public static List<TopicPartition> partitions(
      org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer,
      List<Topic> topics,
      BooleanSupplier running)
      throws InterruptedException {
    while (running.getAsBoolean()) {
      try {
        if (topics.stream().noneMatch(t -> consumer.partitionsFor(t.topicName()).isEmpty())) {
          return topics.stream()
              .flatMap(t -> consumer.partitionsFor(t.topicName()).stream())
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
        }
      } catch (RetriableException e) {
        // not there yet; asked again below
      }
      Thread.sleep(POLL.toMillis());
    }
    return List.of();
  }

  /**
   * Reads from where the consumer stands to the present end of its assigned partitions.
   *
   * @param running false ends the reading early
   */
  public static void toEnd(
      org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer,
      BooleanSupplier running,
      Consumer<ConsumerRecord<byte[], byte[]>> each) {
    Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
    while (running.getAsBoolean()
        && ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
      consumer.poll(POLL).forEach(each);
    }
  }
}
