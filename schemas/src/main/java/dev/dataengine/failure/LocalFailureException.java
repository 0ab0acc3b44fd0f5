package dev.dataengine.failure;

/**
 * What this machine could not do, such as writing to a disk that is full: no fault of the record
 * that was worked on, and nothing that waiting for another part mends. The service is started
 * again.
 */
public final class LocalFailureException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LocalFailureException(String message, Throwable cause) {
    super(message, cause);
  }
}
