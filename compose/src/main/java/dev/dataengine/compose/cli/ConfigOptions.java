package dev.dataengine.compose.cli;

import dev.dataengine.compose.launcher.DataEngineConfig;
import dev.dataengine.config.ConfigLoader;
import dev.dataengine.config.Flag;
import dev.dataengine.config.Loaded;
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
      converter = Values.Directory.class,
      description = "Directory that takes everything that is kept (default: .dataengine).")
  private @Nullable Path data;

  /**
   * @param shortcuts options that stand for keys; {@code --set} wins over them
   */
  Loaded<DataEngineConfig> load(List<Flag> shortcuts) {
    List<Flag> flags = new ArrayList<>(shortcuts);
    if (data != null) {
      flags.add(Flag.of("--data", "data", data));
    }
    flags.addAll(Flag.settings(settings));
    return new ConfigLoader(System.getenv())
        .read(DataEngineConfig.defaults(), Optional.ofNullable(file), flags);
  }
}
