package dev.dataengine.compose.monitor;

import dev.dataengine.clients.KafkaClients;
import dev.dataengine.clients.TopicIds;
import dev.dataengine.config.ConnectionConfig;
import dev.dataengine.failure.RecordPolicy;
import dev.dataengine.follow.TopicFollower;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.service.ThreadService;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Follows the loop's topics from their beginning and keeps the figures. It belongs to no consumer
 * group and writes nothing, so any number of them may watch; a record that it cannot read it skips,
 * since the service that the record is for writes the dead letter. {@link #figures} may be called
 * from any thread.
 */
public final class LoopMonitor extends ThreadService {

  private static final Duration POLL = Duration.ofMillis(200);

  private final ConnectionConfig connection;
  private final long begunNanos;
  private volatile LoopFigures figures = new LoopState().figures();
  private volatile Optional<Duration> firstWeights = Optional.empty();
  private volatile Optional<Duration> firstModelVersion = Optional.empty();
  private volatile boolean awaited;

  /**
   * @param begunNanos {@link System#nanoTime} that the milestones count from
   */
  public LoopMonitor(ConnectionConfig connection, long begunNanos) {
    super("monitor");
    this.connection = connection;
    this.begunNanos = begunNanos;
  }

  @Override
  protected void run() throws Exception {
    LoopState state = new LoopState();
    try (SchemaRegistryClient registry = EventSerde.registry(connection.schemaRegistryUrl());
        TopicFollower follower =
            new TopicFollower(
                KafkaClients.of(connection).consumer("dataengine-monitor", Map.of()),
                TopicIds.NONE,
                LoopEvents.FOLLOWED,
                patience(),
                /* remembers= */ false)) {
      LoopEvents events = new LoopEvents(state, RecordPolicy.leavingOut(patience()), registry);
      isReady();
      while (isRunning()) {
        boolean any = false;
        for (ConsumerRecord<byte[], byte[]> record : follower.poll(POLL)) {
          events.apply(record);
          any = true;
        }
        if (any) {
          publish(state.figures());
        } else if (awaited && follower.isAtEnd()) {
          awaited = false;
        }
      }
    }
  }

  private void publish(LoopFigures now) {
    Duration elapsed = Duration.ofNanos(System.nanoTime() - begunNanos);
    if (firstWeights.isEmpty() && now.weightUpdates() > 0) {
      firstWeights = Optional.of(elapsed);
    }
    if (firstModelVersion.isEmpty() && now.modelVersions() > 0) {
      firstModelVersion = Optional.of(elapsed);
    }
    figures = now;
  }

  /** The latest figures. */
  LoopFigures figures() {
    return figures;
  }

  /** Waits until all that is there has been read, at most this long. Not from its own thread. */
  public void catchUp(Duration atMost) {
    awaited = true;
    long deadline = System.nanoTime() + atMost.toNanos();
    while (awaited && !termination().isDone() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }

  /** From the start to the first weight update seen. */
  public Optional<Duration> firstWeights() {
    return firstWeights;
  }

  /** From the start to the first version above 0. */
  public Optional<Duration> firstModelVersion() {
    return firstModelVersion;
  }
}
