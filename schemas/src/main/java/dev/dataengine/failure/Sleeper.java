package dev.dataengine.failure;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** How a service lets time pass; a simulation has its own. */
@FunctionalInterface
public interface Sleeper {
  /** Sleeps in slices, so that a stop is noticed soon. */
  Sleeper REAL =
      (pause, running) -> {
        long slice = Duration.ofMillis(50).toNanos();
        long deadline = System.nanoTime() + pause.toNanos();
        long left = pause.toNanos();
        while (left > 0 && running.getAsBoolean() && !Thread.currentThread().isInterrupted()) {
          LockSupport.parkNanos(Math.min(left, slice));
          left = deadline - System.nanoTime();
        }
        return running.getAsBoolean() && !Thread.currentThread().isInterrupted();
      };

  /**
   * Sleeps for so long, or until {@code running} is false.
   *
   * @return false where the service is to stop
   */
  boolean sleep(Duration pause, BooleanSupplier running);

  /** Where in its upper half a pause is, 0 to 1: what lost the same broker returns apart. */
  default double jitter() {
    return ThreadLocalRandom.current().nextDouble();
  }
}
