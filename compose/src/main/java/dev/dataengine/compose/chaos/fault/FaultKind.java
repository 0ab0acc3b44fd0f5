package dev.dataengine.compose.chaos.fault;

import java.util.Locale;

/** Kinds of faults. */
public enum FaultKind {
  /** {@code kill -9}, and started again. */
  KILL(false),
  /** {@code kill -STOP}, and {@code -CONT}. */
  STOP(false),
  /** The other end accepts and never answers. */
  HANG(true),
  /** Connections are reset. */
  CUT(true),
  /** Answers end in the middle. */
  HALF(true),
  /** Everything arrives late. */
  DELAY(true),
  /** Few bytes a second get through. */
  SLOW(true),
  /** Nothing listens. */
  REFUSE(true),
  /** The registry answers 429. */
  OVERLOADED(true),
  /** The registry answers 503. */
  UNAVAILABLE(true);

  private final boolean onLink;

  FaultKind(boolean onLink) {
    this.onLink = onLink;
  }

  /** Whether it befalls the way to broker or registry rather than a process. */
  public boolean isOnLink() {
    return onLink;
  }

  /** Whether only an HTTP server can have it. */
  public boolean isHttp() {
    return this == OVERLOADED || this == UNAVAILABLE;
  }

  /** As the command line and the report name it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
