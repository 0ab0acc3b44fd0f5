package dev.dataengine.compose.cli;

import dev.dataengine.failure.Failures;

/** The service that a command ran could not go on. */
final class ServiceFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ServiceFailedException(String service, Throwable cause) {
    super(text(service, cause), cause);
  }

  static String text(String service, Throwable cause) {
    return service + " failed: " + Failures.reason(cause);
  }
}
