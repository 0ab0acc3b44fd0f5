package dev.dataengine.producers.images;

import dev.dataengine.failure.MisconfiguredException;
import java.nio.file.Path;

/** An input is not what it was said to be; the message says where and why. */
public final class InputRefusedException extends MisconfiguredException {

  private static final long serialVersionUID = 1L;

  private InputRefusedException(String message) {
    super(message);
  }

  /** A file or directory as a whole. */
  public static InputRefusedException of(Path file, String reason) {
    return new InputRefusedException(file + ": " + reason);
  }

  /**
   * A line of a file.
   *
   * @param line from 1
   */
  public static InputRefusedException of(Path file, int line, String reason) {
    return new InputRefusedException(file + ", line " + line + ": " + reason);
  }

  /** Something that is no file, for example how a source is called. */
  public static InputRefusedException of(String what, String reason) {
    return new InputRefusedException(what + ": " + reason);
  }
}
