package dev.dataengine.failure;

/** The service was told to stop while it waited for a part outside. */
public final class StoppedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param what was waited for, in the words of an operator
   */
  public StoppedException(String what) {
    super("stopped while waiting for " + what);
  }

  StoppedException(String what, Throwable cause) {
    super("stopped while waiting for " + what, cause);
  }
}
