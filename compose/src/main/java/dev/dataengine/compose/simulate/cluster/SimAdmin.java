package dev.dataengine.compose.simulate.cluster;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.DescribeTopicsResult;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.internals.KafkaFutureImpl;

/** What our services ask an administrator's client. */
public final class SimAdmin {
  private final SimCluster cluster;

  SimAdmin(SimCluster cluster) {
    this.cluster = cluster;
  }

  public ListOffsetsResult listOffsets(Map<TopicPartition, OffsetSpec> wanted) {
    return listOffsets(wanted, new ListOffsetsOptions());
  }

  public ListOffsetsResult listOffsets(
      Map<TopicPartition, OffsetSpec> wanted, ListOffsetsOptions options) {
    boolean stable = options.isolationLevel() == IsolationLevel.READ_COMMITTED;
    Map<TopicPartition, KafkaFuture<ListOffsetsResultInfo>> found = new HashMap<>();
    wanted.forEach(
        (partition, spec) -> {
          KafkaFutureImpl<ListOffsetsResultInfo> future = new KafkaFutureImpl<>();
          if (cluster.isAway()) {
            future.completeExceptionally(new TimeoutException("the simulated broker is away"));
          } else {
            PartitionLog log = cluster.log(partition);
            long offset =
                spec instanceof OffsetSpec.EarliestSpec
                    ? log.start()
                    : stable ? log.stable() : log.end();
            future.complete(new ListOffsetsResultInfo(offset, -1, Optional.empty()));
          }
          found.put(partition, future);
        });
    return new ListOffsetsResult(found);
  }

  /** By name, as our services ask. */
  public DescribeTopicsResult describeTopics(Collection<String> names) {
    Map<String, KafkaFuture<TopicDescription>> found = new HashMap<>();
    for (String name : names) {
      KafkaFutureImpl<TopicDescription> future = new KafkaFutureImpl<>();
      if (cluster.isAway()) {
        future.completeExceptionally(new TimeoutException("the simulated broker is away"));
      } else {
        future.complete(
            new TopicDescription(
                name,
                false,
                cluster.partitions(name).stream()
                    .map(p -> new TopicPartitionInfo(p.partition(), null, List.of(), List.of()))
                    .toList(),
                Set.of(),
                cluster.topicId(name)));
      }
      found.put(name, future);
    }
    return new Described(found);
  }

  /** Kafka keeps the constructor to those that inherit. */
  private static final class Described extends DescribeTopicsResult {
    Described(Map<String, KafkaFuture<TopicDescription>> byName) {
      super(null, byName);
    }
  }

  public void close() {}

  public void close(Duration atMost) {}
}
