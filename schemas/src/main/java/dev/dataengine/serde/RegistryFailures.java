package dev.dataengine.serde;

import com.fasterxml.jackson.core.JacksonException;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import javax.net.ssl.SSLException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.jspecify.annotations.Nullable;

/**
 * Tells a registry that cannot be asked from bytes that are no event. Both come out of the
 * deserializer as the same exception, and Avro reports broken numbers as an I/O error too; but the
 * one passes by itself and the other never does.
 */
public final class RegistryFailures {

  private static final int TIMEOUT = 408;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int FIRST_SERVER_ERROR = 500;

  private RegistryFailures() {}

  /** True where the registry was away or out of order; the same may succeed later. */
  public static boolean isAway(Throwable failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof RegistryAwayException) {
        return true;
      }
      if (cause instanceof RestClientException answer) {
        return isPassing(answer.getStatus());
      }
      if (cause.getClass().getPackageName().startsWith("java.net")
          || cause instanceof SSLException
          || cause instanceof JacksonException) {
        return true;
      }
    }
    return false;
  }

  /** True where the registry refuses us, whatever the bytes: a wrong address or no permission. */
  public static boolean isRefusal(Throwable failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof InvalidConfigurationException
          || cause instanceof RegistryRefusedException) {
        return true;
      }
    }
    return false;
  }

  private static boolean isPassing(int status) {
    return status >= FIRST_SERVER_ERROR || status == TOO_MANY_REQUESTS || status == TIMEOUT;
  }
}
