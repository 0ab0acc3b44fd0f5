package dev.dataengine.compose.cli;

import dev.dataengine.compose.launcher.DataEngineConfig;
import dev.dataengine.config.ConfigLoader;
import dev.dataengine.config.ConfigReference;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The configuration, shown. */
@Command(
    name = "config",
    mixinStandardHelpOptions = true,
    description = "Shows the configuration that would be used, or the reference of all keys.")
final class ConfigCommand {

  @Spec private CommandSpec spec;

  @Command(
      mixinStandardHelpOptions = true,
      description = "Prints every key with its value as YAML, secrets masked.")
  int print(@Mixin ConfigOptions options) {
    DataEngineConfig config = options.load(List.of()).config();
    show(new ConfigLoader(Map.of()).print(config));
    return ExitCode.OK;
  }

  @Command(
      mixinStandardHelpOptions = true,
      description =
          "Prints the reference of all keys in Markdown, as docs/configuration.md has it.")
  int reference() {
    show(ConfigReference.of(DataEngineConfig.defaults()));
    return ExitCode.OK;
  }

  private void show(String text) {
    spec.commandLine().getOut().print(text);
    spec.commandLine().getOut().flush();
  }
}
