package dev.dataengine.streams;

import dev.dataengine.config.ConnectionConfig;
import dev.dataengine.failure.Health;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.service.Service;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the {@link WeightsTopology}. A failure that passes by itself (broker or registry away, topic
 * not made yet) costs a stream thread, which is replaced after a pause, and nothing else: the
 * transaction is aborted and its input read again. Any other ends the service.
 */
public final class WeightsService implements Service {

  public static final String NAME = "weights";

  private static final Duration STOP_WITHIN = Duration.ofSeconds(8);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Logger log = LoggerFactory.getLogger(WeightsService.class);

  private final WeightsConfig config;
  private final ConnectionConfig connection;
  private final MeterRegistry metrics;
  private final CompletableFuture<Void> termination = new CompletableFuture<>();
  private final Health health = new Health();
  private final CountDownLatch closing = new CountDownLatch(1);
  private @Nullable KafkaStreams streams;
  private @Nullable RocksMemory memory;
  private @Nullable SchemaRegistryClient registry;

  public WeightsService(WeightsConfig config, ConnectionConfig connection, MeterRegistry metrics) {
    this.config = config;
    this.connection = connection;
    this.metrics = metrics;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public synchronized void start() {
    if (streams != null || closing.getCount() == 0) {
      throw new IllegalStateException(NAME + " was started already");
    }
    SchemaRegistryClient client = EventSerde.registry(connection.schemaRegistryUrl());
    registry = client;
    RocksMemory ours = new RocksMemory();
    memory = ours;
    KafkaStreams starting =
        new KafkaStreams(
            WeightsTopology.build(config, WeightsSerdes.of(client), metrics),
            StreamsSettings.of(config, connection, ours));
    streams = starting;
    starting.setUncaughtExceptionHandler(this::onFailure);
    starting.start();
    log.atInfo()
        .addKeyValue("service", NAME)
        .addKeyValue("strategy", config.strategy())
        .addKeyValue("application", config.applicationId())
        .log("service started");
    health.running();
  }

  private StreamThreadExceptionResponse onFailure(Throwable failure) {
    if (dev.dataengine.failure.Failures.kindOf(failure)
        == dev.dataengine.failure.FailureKind.AWAY) {
      log.atWarn().setCause(failure).addKeyValue("service", NAME).log("waiting to try again");
      pause();
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
    log.atError().setCause(failure).addKeyValue("service", NAME).log("service stopped");
    health.failed(String.valueOf(failure.getMessage()));
    termination.completeExceptionally(failure);
    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }

  private void pause() {
    try {
      if (closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
        log.atDebug().addKeyValue("service", NAME).log("closed while waiting");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public CompletableFuture<Void> termination() {
    return termination;
  }

  @Override
  public Health health() {
    return health;
  }

  /** Ends the transaction in hand and leaves the group, so that a successor need not wait. */
  @Override
  public synchronized void close() {
    closing.countDown();
    KafkaStreams running = streams;
    streams = null;
    if (running != null) {
      boolean stopped =
          running.close(
              CloseOptions.timeout(STOP_WITHIN)
                  .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
      if (stopped) {
        release();
      } else {
        // Threads that still run use the native memory; leaking it is better than a crash.
        log.atWarn().addKeyValue("service", NAME).log("service did not stop in time");
      }
    }
    health.stopped();
    termination.complete(null);
  }

  private void release() {
    if (memory != null) {
      memory.close();
      memory = null;
    }
    try {
      if (registry != null) {
        registry.close();
        registry = null;
      }
    } catch (IOException e) {
      log.atDebug().setCause(e).addKeyValue("service", NAME).log("registry client not closed");
    }
  }
}
