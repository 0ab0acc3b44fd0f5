package dev.dataengine.compose.cli;

import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code dataengine}. */
@Command(
    name = "dataengine",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "A closed loop that keeps a vision-language model improving, on Kafka.",
    subcommands = {
      UpCommand.class,
      RunCommand.class,
      TopicsCommand.class,
      TailCommand.class,
      ConfigCommand.class,
      PretrainCommand.class,
      ChaosCommand.class,
      SimulateCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:something failed while running",
      "2:the command line could not be understood, or an option has a value that it cannot have",
      "3:the configuration was refused, or a file or directory that it names, or we are not allowed",
      "130, 143:ended by Ctrl-C or SIGTERM"
    })
public final class Main implements Callable<Integer> {

  @Spec private CommandSpec spec;

  public static void main(String[] arguments) {
    Locale.setDefault(Locale.ROOT);
    OutOfMemory.endsTheProcess();
    ProcessEnd.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(new UsageErrors())
        .setExecutionExceptionHandler(new OneLineErrors());
  }

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "which command? see dataengine --help");
  }
}
