package dev.dataengine.failure;

/**
 * A service cannot do its work as it is configured, or on the directories that it was given, and
 * trying again changes nothing. The message is for the operator: where, what came, what was
 * expected, what to do.
 */
public class MisconfiguredException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public MisconfiguredException(String message) {
    super(message);
  }

  public MisconfiguredException(String message, Throwable cause) {
    super(message, cause);
  }
}
