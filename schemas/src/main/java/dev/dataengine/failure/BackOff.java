package dev.dataengine.failure;

import java.time.Duration;

/**
 * Pauses that double from a first to a longest, each drawn from its upper half, so that services
 * that lost the same broker do not return to it at the same moment ("equal jitter", Brooker 2015).
 * For one thread.
 */
public final class BackOff {
  private final long firstNanos;
  private final long longestNanos;
  private int attempts;

  public BackOff(Duration first, Duration longest) {
    this.firstNanos = first.toNanos();
    this.longestNanos = longest.toNanos();
  }

  /**
   * The next pause.
   *
   * @param jitter where in its upper half it is, 0 to 1
   */
  public Duration next(double jitter) {
    long full = Math.min(longestNanos, firstNanos << Math.min(attempts, 20));
    attempts++;
    return Duration.ofNanos(full / 2 + (long) (jitter * (full / 2.0)));
  }
}
