package dev.dataengine.streams;

import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.EOFException;
import java.io.IOException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.jspecify.annotations.Nullable;

/** Which failures pass by themselves. */
final class Failures {

  private Failures() {}

  /** True where the broker or the registry may be back later, or a topic be made. */
  static boolean isRetriable(Throwable failure) {
    if (isRegistryAway(failure)) {
      return true;
    }
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof RetriableException || cause instanceof MissingSourceTopicException) {
        return true;
      }
    }
    return false;
  }

  /** True where the registry could not be asked or could not answer, whatever the bytes are. */
  static boolean isRegistryAway(Throwable failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof RestClientException answer) {
        return answer.getStatus() >= 500 || answer.getStatus() == 429;
      }
      if (cause instanceof IOException && !(cause instanceof EOFException)) {
        return true;
      }
    }
    return false;
  }
}
