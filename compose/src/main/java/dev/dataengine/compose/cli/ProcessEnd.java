package dev.dataengine.compose.cli;

import ch.qos.logback.classic.LoggerContext;
import com.sun.jna.Library;
import com.sun.jna.Native;
import java.util.Map;
import java.util.Optional;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/**
 * The one place where the process ends. {@link System#exit} and {@link Runtime#halt} run the
 * destructors of native libraries, and one whose threads still compute crashes in them: libtorch
 * does, seconds after everything was written and told. So where a thread is left, the process ends
 * by {@code _exit(2)}, which runs nothing.
 */
final class ProcessEnd {

  private static final Map<String, Integer> SIGNALS =
      Map.of("SIGHUP handler", 1, "SIGINT handler", 2, "SIGTERM handler", 15);

  private interface C extends Library {
    void _exit(int status);
  }

  private ProcessEnd() {}

  /** Ends the process, at once where a thread still works. From the main thread, at its end. */
  static void exit(int code) {
    if (stillWorks(Thread.currentThread())) {
      now(code);
    }
    System.exit(code);
  }

  /** Ends the process without waiting for anything but what was printed and logged. */
  static void now(int code) {
    System.out.flush();
    System.err.flush();
    ILoggerFactory logs = LoggerFactory.getILoggerFactory();
    if (logs instanceof LoggerContext logback) {
      logback.stop();
    }
    try {
      Native.load("c", C.class)._exit(code);
    } catch (LinkageError | RuntimeException noNativeAccess) {
      Runtime.getRuntime().halt(code);
    }
  }

  /**
   * Whether there is a thread that the process would have to wait for.
   *
   * @param ending does not count, as it is about to end the process
   */
  static boolean stillWorks(Thread ending) {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(
            thread ->
                thread.isAlive()
                    && !thread.isDaemon()
                    && thread != ending
                    && thread != Thread.currentThread()
                    && !thread.getName().equals("DestroyJavaVM"));
  }

  /**
   * The code of the signal that the process is ending by, for a shutdown hook: the JVM handles a
   * signal in a thread that is named after it and waits for the hooks. Where there is none,
   * something called System.exit.
   */
  static int signalCode() {
    return Thread.getAllStackTraces().keySet().stream()
        .flatMap(thread -> Optional.ofNullable(SIGNALS.get(thread.getName())).stream())
        .map(ExitCode::ofSignal)
        .findFirst()
        .orElse(ExitCode.FAILED);
  }
}
