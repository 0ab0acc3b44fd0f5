package dev.dataengine.compose.cli;

/** What the process tells its caller. */
final class ExitCode {

  static final int OK = 0;

  /** Something failed while running; for {@code topics diff}: there are differences. */
  static final int FAILED = 1;

  /** The command line could not be understood. */
  static final int USAGE = 2;

  /** The configuration, or a file that it names, was refused. */
  static final int CONFIGURATION = 3;

  private ExitCode() {}
}
