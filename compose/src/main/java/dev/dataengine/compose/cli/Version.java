package dev.dataengine.compose.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version that the build wrote down. */
final class Version implements IVersionProvider {

  @Override
  public String[] getVersion() throws IOException {
    Properties properties = new Properties();
    try (InputStream file = Version.class.getResourceAsStream("/dataengine-version.properties")) {
      if (file != null) {
        properties.load(file);
      }
    }
    return new String[] {
      "dataengine " + properties.getProperty("version", "unknown"),
      "Kafka " + org.apache.kafka.common.utils.AppInfoParser.getVersion(),
      "Java " + Runtime.version()
    };
  }
}
