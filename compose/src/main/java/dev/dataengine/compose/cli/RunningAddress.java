package dev.dataengine.compose.cli;

import dev.dataengine.compose.launcher.DataEngineConfig;
import dev.dataengine.config.ConnectionConfig;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** Where the commands beside {@code up} find it: a data directory remembers its ports. */
final class RunningAddress {

  private RunningAddress() {}

  /** The configured connection; where that is the default and {@code up} left its ports, those. */
  static ConnectionConfig of(DataEngineConfig config) {
    Path ports = config.data().resolve("ports.properties");
    if (!config.connection().equals(DataEngineConfig.defaults().connection())
        || !Files.exists(ports)) {
      return config.connection();
    }
    try {
      Properties known = new Properties();
      known.load(new StringReader(Files.readString(ports)));
      return new ConnectionConfig(
          "127.0.0.1:" + known.getProperty("broker", "9092"),
          "http://127.0.0.1:" + known.getProperty("registry", "8081"),
          config.connection().kafka());
    } catch (IOException e) {
      throw new IllegalStateException(ports + ": cannot be read: " + e.getMessage(), e);
    }
  }
}
