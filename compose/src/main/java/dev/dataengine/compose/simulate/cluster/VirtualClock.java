package dev.dataengine.compose.simulate.cluster;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Time that passes only when it is told to; may be set back. For one thread. */
public final class VirtualClock extends Clock {
  private long millis = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
  private long elapsed;

  /** Lets time pass. */
  public void advance(Duration time) {
    millis += time.toMillis();
    elapsed += time.toMillis();
  }

  /** What a wall clock does when it is corrected: time since the start goes on as before. */
  public void jump(Duration by) {
    millis += by.toMillis();
  }

  /** Milliseconds since the start, whatever jumps there were. */
  public long elapsedMillis() {
    return elapsed;
  }

  @Override
  public long millis() {
    return millis;
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(millis);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
