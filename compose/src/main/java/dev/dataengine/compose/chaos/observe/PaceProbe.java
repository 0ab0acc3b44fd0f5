package dev.dataengine.compose.chaos.observe;

import dev.dataengine.compose.chaos.evidence.Pace;
import dev.dataengine.compose.chaos.evidence.SampleSeen;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;

/**
 * Looks now and then how many samples can be seen that are beyond what trainers ever committed. A
 * trainer that was killed goes back to its checkpoint, and then more is unconsumed than generation
 * was allowed to be ahead; that is no fault of its pace, so positions count that were reached once.
 */
final class PaceProbe implements AutoCloseable {

  private static final long EVERY_MILLIS = 500;
  private static final int ASK_MILLIS = 5_000;

  private final Admin admin;
  private final String group;
  private final Supplier<List<SampleSeen>> samples;
  private final Map<Integer, Long> furthest = new HashMap<>();
  private final List<Pace> seen = new ArrayList<>();
  private volatile boolean running = true;

  PaceProbe(String bootstrapServers, String group, Supplier<List<SampleSeen>> samples) {
    this.admin =
        Admin.create(
            Map.of(
                "bootstrap.servers", bootstrapServers,
                "client.id", "observer-pace",
                "default.api.timeout.ms", ASK_MILLIS,
                "request.timeout.ms", ASK_MILLIS));
    this.group = group;
    this.samples = samples;
  }

  void start() {
    Thread thread = new Thread(this::look, "observer-pace");
    thread.setDaemon(true);
    thread.start();
  }

  private void look() {
    try {
      while (running) {
        lookOnce();
        TimeUnit.MILLISECONDS.sleep(EVERY_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void lookOnce() throws InterruptedException {
    // samples first: what is consumed meanwhile only makes the lag smaller
    List<SampleSeen> visible = samples.get();
    try {
      admin
          .listConsumerGroupOffsets(group)
          .partitionsToOffsetAndMetadata()
          .get(ASK_MILLIS, TimeUnit.MILLISECONDS)
          .forEach(this::reached);
    } catch (ExecutionException | TimeoutException away) {
      return;
    }
    long unconsumed =
        visible.stream()
            .filter(
                sample ->
                    sample.position().offset()
                        >= furthest.getOrDefault(sample.position().partition(), 0L))
            .count();
    synchronized (seen) {
      seen.add(new Pace(System.currentTimeMillis(), unconsumed));
    }
  }

  private void reached(TopicPartition partition, OffsetAndMetadata committed) {
    if (committed != null) {
      furthest.merge(partition.partition(), committed.offset(), Math::max);
    }
  }

  List<Pace> seen() {
    synchronized (seen) {
      return List.copyOf(seen);
    }
  }

  /** The last stable offsets; empty where the broker is away. */
  Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions)
      throws InterruptedException {
    Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
    partitions.forEach(partition -> wanted.put(partition, OffsetSpec.latest()));
    Map<TopicPartition, Long> ends = new HashMap<>();
    try {
      admin
          .listOffsets(wanted, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
          .all()
          .get(ASK_MILLIS, TimeUnit.MILLISECONDS)
          .forEach((partition, end) -> ends.put(partition, end.offset()));
    } catch (TimeoutException away) {
      return Map.of();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RetriableException) {
        return Map.of();
      }
      throw new IllegalStateException("the ends of the topics are not told: " + e.getCause(), e);
    }
    return ends;
  }

  @Override
  public void close() {
    running = false;
    admin.close(java.time.Duration.ZERO);
  }
}
