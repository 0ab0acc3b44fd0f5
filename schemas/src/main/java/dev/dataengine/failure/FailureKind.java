package dev.dataengine.failure;

/** What a failure calls for. */
public enum FailureKind {
  /** A part outside is away: wait and try the same again. */
  AWAY,
  /** We are not allowed, or configured wrongly: stop; trying again changes nothing. */
  MISCONFIGURED,
  /** A record that is bad where it comes of one; else a fault of ours: start the service again. */
  OTHER
}
