package dev.dataengine.workers.tensor;

import com.sun.jna.Library;
import com.sun.jna.Native;

/** The process's standard error, which native code writes to past {@link System#err}. */
final class StandardError {

  private static final int DESCRIPTOR = 2;
  private static final int WRITE_ONLY = 1;

  private StandardError() {}

  /** Of the C library; see dup2(2). */
  interface C extends Library {
    int open(String path, int flags);

    int dup(int descriptor);

    int dup2(int descriptor, int onto);

    int close(int descriptor);
  }

  /** Runs something whose native code prints what nobody can act on; that is not shown. */
  static void muted(Runnable noisy) {
    C c = Native.load("c", C.class);
    int kept = c.dup(DESCRIPTOR);
    int nowhere = c.open("/dev/null", WRITE_ONLY);
    try {
      if (kept >= 0 && nowhere >= 0) {
        c.dup2(nowhere, DESCRIPTOR);
      }
      noisy.run();
    } finally {
      if (kept >= 0) {
        c.dup2(kept, DESCRIPTOR);
        c.close(kept);
      }
      if (nowhere >= 0) {
        c.close(nowhere);
      }
    }
  }
}
