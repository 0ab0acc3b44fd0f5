package dev.dataengine.streams;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Kafka Streams with the native memory of its stores, which must outlive them. */
final class RunningStreams implements AutoCloseable {

  private static final Duration STOP_WITHIN = Duration.ofSeconds(7);

  /** A thread may hang for as long in a call to a registry that is silent. */
  private static final Duration RESTART_WITHIN = Duration.ofSeconds(60);

  private static final Logger log = LoggerFactory.getLogger(RunningStreams.class);

  private final RocksMemory memory = new RocksMemory();
  private final BooleanSupplier patient;
  private final KafkaStreams streams;

  /**
   * @param patient whether there is time when it is closed
   */
  RunningStreams(Function<RocksMemory, KafkaStreams> factory, BooleanSupplier patient) {
    this.patient = patient;
    this.streams = factory.apply(memory);
  }

  KafkaStreams streams() {
    return streams;
  }

  /**
   * Ends the transaction in hand and leaves the group, so that a successor need not wait. After a
   * failure the next start needs the directory, so this waits for threads that hang.
   */
  @Override
  public void close() {
    boolean stopped =
        streams.close(
            CloseOptions.timeout(patient.getAsBoolean() ? RESTART_WITHIN : STOP_WITHIN)
                .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
    if (stopped) {
      memory.close();
    } else {
      // Threads that still run use the native memory; leaking it is better than a crash.
      log.atWarn().log("Kafka Streams did not stop in time");
    }
  }
}
