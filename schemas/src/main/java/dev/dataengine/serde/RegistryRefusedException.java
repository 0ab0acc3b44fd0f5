package dev.dataengine.serde;

import java.io.IOException;

/**
 * The registry answers, but not to us: no permission (401, 403), or no registry at that address.
 */
public final class RegistryRefusedException extends IOException {
  private static final long serialVersionUID = 1L;

  public RegistryRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
