package dev.dataengine.producers.generator;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/**
 * How many samples wait to be trained: ends of the topic less what the trainers' group has
 * committed, or less the topic's start where it has committed nothing. Counts transaction markers
 * too, a few for each batch.
 */
final class TrainerLag {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Admin admin;
  private final List<TopicPartition> partitions;

  TrainerLag(Admin admin, List<TopicPartition> partitions) {
    this.admin = admin;
    this.partitions = List.copyOf(partitions);
  }

  /** The trainers' consumer group. */
  static String group(String model) {
    return "trainers." + model;
  }

  /**
   * Asks the broker.
   *
   * @throws ExecutionException with the broker's error
   * @throws TimeoutException where it does not answer
   */
  long samples(String model) throws InterruptedException, ExecutionException, TimeoutException {
    Map<TopicPartition, ListOffsetsResultInfo> starts = offsets(OffsetSpec.earliest());
    Map<TopicPartition, ListOffsetsResultInfo> ends = offsets(OffsetSpec.latest());
    Map<TopicPartition, OffsetAndMetadata> committed = committed(group(model));
    long lag = 0;
    for (TopicPartition partition : partitions) {
      ListOffsetsResultInfo start = starts.get(partition);
      ListOffsetsResultInfo end = ends.get(partition);
      OffsetAndMetadata done = committed.get(partition);
      if (start != null && end != null) {
        long from = done == null ? start.offset() : Math.max(start.offset(), done.offset());
        lag += Math.max(0, end.offset() - from);
      }
    }
    return lag;
  }

  private Map<TopicPartition, ListOffsetsResultInfo> offsets(OffsetSpec spec)
      throws InterruptedException, ExecutionException, TimeoutException {
    Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
    partitions.forEach(partition -> wanted.put(partition, spec));
    return admin.listOffsets(wanted).all().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }

  private Map<TopicPartition, OffsetAndMetadata> committed(String group)
      throws InterruptedException, ExecutionException, TimeoutException {
    try {
      return admin
          .listConsumerGroupOffsets(group)
          .partitionsToOffsetAndMetadata()
          .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return Map.of();
      }
      throw e;
    }
  }
}
