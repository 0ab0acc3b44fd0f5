package dev.dataengine.compose.cli;

import dev.dataengine.failure.Failures;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** A user sees one line, without secrets; the stack trace goes to the log at debug. */
final class OneLineErrors implements IExecutionExceptionHandler {

  private static final Logger log = LoggerFactory.getLogger(OneLineErrors.class);

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
    log.atDebug().setCause(e).log("command failed");
    SafeText safe = new SafeText(parsed.originalArgs(), System.getenv());
    command
        .getErr()
        .println(
            command
                .getColorScheme()
                .errorText(command.getCommandName() + ": " + safe.of(oneLine(e))));
    return ExitCode.of(e);
  }

  static String oneLine(Throwable e) {
    return Failures.reason(e).lines().findFirst().orElse("");
  }
}
