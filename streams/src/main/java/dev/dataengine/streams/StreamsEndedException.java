package dev.dataengine.streams;

import org.jspecify.annotations.Nullable;

/** Kafka Streams has ended while it should run; the cause says what kind of failure it was. */
final class StreamsEndedException extends Exception {
  private static final long serialVersionUID = 1L;

  StreamsEndedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
