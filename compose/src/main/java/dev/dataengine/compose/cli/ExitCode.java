package dev.dataengine.compose.cli;

import dev.dataengine.failure.FailureKind;
import dev.dataengine.failure.Failures;
import dev.dataengine.producers.images.InputRefusedException;
import org.jspecify.annotations.Nullable;

/** What the process tells its caller; {@code docs/configuration.md} has the same table. */
final class ExitCode {

  static final int OK = 0;

  /** Something failed while running; for {@code topics diff}: there are differences. */
  static final int FAILED = 1;

  /** The command line could not be understood, or an option has a value that it cannot have. */
  static final int USAGE = 2;

  /**
   * We are configured wrongly or not allowed, or a file that the configuration names is refused.
   */
  static final int CONFIGURATION = 3;

  /** Added to the number of the signal that ended the process, as shells do. */
  private static final int SIGNALLED = 128;

  private ExitCode() {}

  /** Of a failure that ended a command or a service. */
  static int of(Throwable failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof InputRefusedException) {
        return CONFIGURATION;
      }
    }
    return Failures.kindOf(failure) == FailureKind.MISCONFIGURED ? CONFIGURATION : FAILED;
  }

  /**
   * @param number 2 for SIGINT (Ctrl-C), 15 for SIGTERM
   */
  static int ofSignal(int number) {
    return SIGNALLED + number;
  }
}
