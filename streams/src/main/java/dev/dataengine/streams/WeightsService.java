package dev.dataengine.streams;

import dev.dataengine.clients.KafkaClients;
import dev.dataengine.clients.PatientAdmin;
import dev.dataengine.config.ConnectionConfig;
import dev.dataengine.failure.BackOff;
import dev.dataengine.failure.FailureKind;
import dev.dataengine.failure.Failures;
import dev.dataengine.failure.Patience;
import dev.dataengine.failure.Restarts;
import dev.dataengine.failure.Sleeper;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.service.ThreadService;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the {@link WeightsTopology}. Where a part outside is away that costs a stream thread, which
 * is replaced after a pause, and nothing else: the transaction is aborted and its input read again.
 * Any other failure ends Kafka Streams, and the one failure policy says whether it is started
 * again.
 */
public final class WeightsService extends ThreadService {

  public static final String NAME = "weights";

  private static final Duration LOOK = Duration.ofMillis(100);

  /** So long without a failure, and what was away is back. */
  private static final Duration WELL_AFTER = Duration.ofSeconds(2);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final Logger log = LoggerFactory.getLogger(WeightsService.class);

  private final WeightsConfig config;
  private final ConnectionConfig connection;
  private final MeterRegistry metrics;
  private final Patience patience = new Patience(this::isRunning, health(), this::sleepAway);

  private volatile @Nullable Throwable failure;
  private volatile long awayNanos;
  private BackOff pauses = new BackOff(FIRST_PAUSE, LONGEST_PAUSE);

  public WeightsService(WeightsConfig config, ConnectionConfig connection, MeterRegistry metrics) {
    this(config, connection, metrics, Restarts.defaults());
  }

  public WeightsService(
      WeightsConfig config, ConnectionConfig connection, MeterRegistry metrics, Restarts restarts) {
    super(NAME, restarts);
    this.config = config;
    this.connection = connection;
    this.metrics = metrics;
  }

  @Override
  protected void run() throws Exception {
    failure = null;
    awayNanos = System.nanoTime() - WELL_AFTER.toNanos();
    try (SchemaRegistryClient registry = EventSerde.registry(connection.schemaRegistryUrl())) {
      boolean anew;
      try (PatientAdmin admin =
          new PatientAdmin(
              KafkaClients.of(connection).admin("dataengine-" + NAME + "-admin"), patience)) {
        anew = new Groundwork(admin, config, patience).prepare();
      }
      try (RunningStreams running =
          new RunningStreams(memory -> streams(registry, memory), this::isRunning)) {
        if (anew) {
          running.streams().cleanUp();
        }
        running.streams().setUncaughtExceptionHandler(this::onFailure);
        running.streams().start();
        log.atInfo()
            .addKeyValue("strategy", config.strategy())
            .addKeyValue("application", config.applicationId())
            .log("counting results");
        watch(running.streams());
      }
    }
  }

  private KafkaStreams streams(SchemaRegistryClient registry, RocksMemory memory) {
    return new KafkaStreams(
        WeightsTopology.build(config, WeightsSerdes.of(registry), metrics, patience),
        StreamsSettings.of(config, connection, memory));
  }

  /** Until the service is to stop or Kafka Streams has ended. */
  private void watch(KafkaStreams streams) throws Exception {
    while (isRunning()) {
      KafkaStreams.State state = streams.state();
      if (state == KafkaStreams.State.RUNNING
          && System.nanoTime() - awayNanos >= WELL_AFTER.toNanos()) {
        isReady();
        synchronized (this) {
          pauses = new BackOff(FIRST_PAUSE, LONGEST_PAUSE);
        }
      }
      if (state.hasCompletedShutdown() || state.isShuttingDown()) {
        @Nullable Throwable cause = failure;
        throw new StreamsEndedException("Kafka Streams ended in the state " + state, cause);
      }
      Sleeper.REAL.sleep(LOOK, this::isRunning);
    }
  }

  private StreamThreadExceptionResponse onFailure(Throwable thrown) {
    failure = thrown;
    if (!isAway(thrown)) {
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    health().waiting("the registry or the broker");
    Duration pause;
    synchronized (this) {
      pause = pauses.next(Sleeper.REAL.jitter());
    }
    log.atWarn()
        .setCause(thrown)
        .addKeyValue("service", NAME)
        .addKeyValue("pause.ms", pause.toMillis())
        .log("a stream thread is replaced");
    if (!patience.pause(pause)) {
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }

  /** A pause because something is away: the service is not well until some time after it. */
  private boolean sleepAway(Duration pause, BooleanSupplier running) {
    awayNanos = System.nanoTime() + pause.toNanos();
    return Sleeper.REAL.sleep(pause, running);
  }

  /** A topic that is gone is none of it: a start makes our own and waits for the others. */
  private static boolean isAway(Throwable thrown) {
    return Failures.kindOf(thrown) == FailureKind.AWAY;
  }
}
