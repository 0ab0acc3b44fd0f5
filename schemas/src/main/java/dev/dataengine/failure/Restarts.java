package dev.dataengine.failure;

import java.time.Duration;

/**
 * How often a service that fails is started again.
 *
 * @param most restarts within {@code within} before it is given up
 * @param within after so long without a failure the count begins anew
 * @param first pause before a restart
 * @param longest pause that the doubling ends at
 */
public record Restarts(int most, Duration within, Duration first, Duration longest) {
  public Restarts {
    if (most < 0) {
      throw new IllegalArgumentException("restarts: expected 0 or more, got " + most);
    }
  }

  public static Restarts defaults() {
    return new Restarts(8, Duration.ofMinutes(10), Duration.ofMillis(500), Duration.ofSeconds(30));
  }
}
