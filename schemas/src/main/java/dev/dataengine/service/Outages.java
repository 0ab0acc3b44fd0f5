package dev.dataengine.service;

import dev.dataengine.serde.RegistryFailures;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits out a broker or a registry that is away, rather than ending the service. */
public final class Outages {

  private static final Logger log = LoggerFactory.getLogger(Outages.class);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private Outages() {}

  /** Something that asks the broker or the registry, and may be asked again. */
  @FunctionalInterface
  public interface Call<T> {
    T run() throws IOException;
  }

  /**
   * Runs the call until it gets through.
   *
   * @param running false ends the waiting
   * @throws KafkaException the last failure, where the waiting was ended or the failure is not one
   *     that passes
   */
  public static <T> T waitOut(BooleanSupplier running, Call<T> call) throws IOException {
    boolean told = false;
    while (true) {
      try {
        return call.run();
      } catch (KafkaException e) {
        boolean passes = e instanceof RetriableException || RegistryFailures.isAway(e);
        if (!passes || !running.getAsBoolean()) {
          throw e;
        }
        if (!told) {
          log.atWarn().setCause(e).log("waiting: broker or registry is not there");
          told = true;
        }
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }
}
