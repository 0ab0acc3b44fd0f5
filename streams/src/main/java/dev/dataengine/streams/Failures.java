package dev.dataengine.streams;

import dev.dataengine.serde.RegistryFailures;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.jspecify.annotations.Nullable;

/** Which failures pass by themselves. */
final class Failures {

  private Failures() {}

  /** True where the broker or the registry may be back later, or a topic be made. */
  static boolean isRetriable(Throwable failure) {
    if (RegistryFailures.isAway(failure)) {
      return true;
    }
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof RetriableException || cause instanceof MissingSourceTopicException) {
        return true;
      }
    }
    return false;
  }
}
