package dev.dataengine.workers.evaluate;

/** A version of a model that cannot be evaluated; the message says why. Others can. */
public final class UnfitVersionException extends Exception {
  private static final long serialVersionUID = 1L;

  public UnfitVersionException(String message) {
    super(message);
  }

  public UnfitVersionException(String message, Throwable cause) {
    super(message, cause);
  }
}
