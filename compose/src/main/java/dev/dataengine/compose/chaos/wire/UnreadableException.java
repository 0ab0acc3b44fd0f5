package dev.dataengine.compose.chaos.wire;

/** Bytes are no event. */
public final class UnreadableException extends Exception {
  private static final long serialVersionUID = 1L;

  UnreadableException(String message) {
    super(message);
  }
}
