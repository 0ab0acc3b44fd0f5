package dev.dataengine.compose.chaos.evidence;

/** A time, in milliseconds, both ends in it. */
public record Span(long from, long to) {

  /** Whether the times have something in common. */
  public boolean overlaps(Span other) {
    return from <= other.to && other.from <= to;
  }
}
