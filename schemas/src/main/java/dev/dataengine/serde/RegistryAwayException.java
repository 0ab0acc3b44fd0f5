package dev.dataengine.serde;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The registry could not be asked: it refuses connections, does not answer in time, answers half,
 * is overloaded (429), out of order (5xx), or has lost its subjects or what an id of theirs named.
 * The same may succeed later.
 */
public final class RegistryAwayException extends IOException {
  private static final long serialVersionUID = 1L;

  public RegistryAwayException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
