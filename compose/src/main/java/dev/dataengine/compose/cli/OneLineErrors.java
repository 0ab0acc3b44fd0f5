package dev.dataengine.compose.cli;

import dev.dataengine.config.ConfigException;
import dev.dataengine.producers.images.InputRefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** A user sees one line; the stack trace goes to the log at debug. */
final class OneLineErrors implements IExecutionExceptionHandler {

  private static final Logger log = LoggerFactory.getLogger(OneLineErrors.class);

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
    log.atDebug().setCause(e).log("command failed");
    command
        .getErr()
        .println(command.getColorScheme().errorText(command.getCommandName() + ": " + oneLine(e)));
    boolean refused = e instanceof ConfigException || e instanceof InputRefusedException;
    return refused ? ExitCode.CONFIGURATION : ExitCode.FAILED;
  }

  static String oneLine(Throwable e) {
    String message = e.getMessage();
    return message == null || message.isBlank()
        ? e.getClass().getSimpleName()
        : message.lines().findFirst().orElse("");
  }
}
