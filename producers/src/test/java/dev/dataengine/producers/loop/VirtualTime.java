package dev.dataengine.producers.loop;

import dev.dataengine.failure.Sleeper;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.BooleanSupplier;

/** Time that passes only where somebody sleeps or polls, and at once. */
public final class VirtualTime extends Clock implements Sleeper {

  private long nanos;

  public long nanos() {
    return nanos;
  }

  public void pass(Duration time) {
    nanos += time.toNanos();
  }

  @Override
  public boolean sleep(Duration pause, BooleanSupplier running) {
    pass(pause);
    return running.getAsBoolean();
  }

  @Override
  public Instant instant() {
    return Instant.EPOCH.plusNanos(nanos);
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
