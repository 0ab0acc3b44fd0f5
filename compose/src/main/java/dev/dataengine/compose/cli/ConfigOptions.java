package dev.dataengine.compose.cli;

import dev.dataengine.compose.launcher.DataEngineConfig;
import dev.dataengine.config.ConfigLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of every command that reads the configuration. */
final class ConfigOptions {

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "YAML file with what differs from the defaults.")
  private @Nullable Path file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "One key, for example broker.port=9092; may be repeated; wins over all else.")
  private List<String> settings = new ArrayList<>();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Directory that takes everything that is kept (default: .dataengine).")
  private @Nullable Path data;

  /**
   * @param shortcuts {@code key=value} of options that stand for keys; {@code --set} wins over them
   */
  DataEngineConfig load(List<String> shortcuts) {
    List<String> flags = new ArrayList<>(shortcuts);
    if (data != null) {
      flags.add("data=" + data);
    }
    flags.addAll(settings);
    return new ConfigLoader(System.getenv())
        .load(DataEngineConfig.defaults(), Optional.ofNullable(file), flags);
  }
}
