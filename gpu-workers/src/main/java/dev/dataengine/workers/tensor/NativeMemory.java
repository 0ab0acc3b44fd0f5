package dev.dataengine.workers.tensor;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;
import java.util.Optional;

/**
 * Free memory of the C library's allocator. libtorch takes and frees tensors of ever other sizes,
 * and what is free in between stays with the process: of 1.6 GB in a loop of four minutes, 0.55 GB
 * was free (docs/decisions/0006).
 */
public final class NativeMemory {

  private static final Optional<Function> TRIM = find();

  private NativeMemory() {}

  /**
   * Gives free pages back to the system; takes milliseconds, so it is for now and then, not for
   * every step. Any thread may call it. Does nothing where the C library is not glibc.
   */
  public static void trim() {
    TRIM.ifPresent(trim -> trim.invokeInt(new Object[] {new NativeLong(0)}));
  }

  /** See malloc_trim(3). */
  private static Optional<Function> find() {
    try {
      return Optional.of(NativeLibrary.getInstance("c").getFunction("malloc_trim"));
    } catch (UnsatisfiedLinkError e) {
      return Optional.empty();
    }
  }
}
