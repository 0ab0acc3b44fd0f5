package dev.dataengine.workers.adapter;

import java.io.IOException;

/**
 * A file of a version is missing, or its bytes are other than they should be. Any other {@link
 * IOException} says that it could not be read just now, of which nothing follows about the bytes.
 */
public final class DamagedException extends IOException {
  private static final long serialVersionUID = 1L;

  public DamagedException(String message) {
    super(message);
  }

  public DamagedException(String message, Throwable cause) {
    super(message, cause);
  }
}
