package dev.dataengine.compose.registry;

import io.confluent.kafka.schemaregistry.CompatibilityLevel;
import java.util.Arrays;

/**
 * The embedded schema registry.
 *
 * @param port port on 127.0.0.1; 0 for a free one that restarts keep
 * @param compatibility default compatibility level, as Confluent names them
 */
public record RegistryConfig(int port, String compatibility) {

  public RegistryConfig {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port: expected 0..65535, got " + port);
    }
    if (CompatibilityLevel.forName(compatibility) == null) {
      throw new IllegalArgumentException(
          "compatibility: expected one of "
              + Arrays.toString(CompatibilityLevel.values())
              + ", got '"
              + compatibility
              + "'");
    }
  }

  public static RegistryConfig defaults() {
    return new RegistryConfig(0, "BACKWARD_TRANSITIVE");
  }
}
