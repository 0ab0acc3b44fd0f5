package dev.dataengine.compose.registry;

import dev.dataengine.config.Key;
import dev.dataengine.config.Keys;

/** The embedded schema registry. */
public record RegistryConfig(
    @Key(doc = "port on 127.0.0.1; 0 for a free one that restarts keep", range = "0..65535")
        int port,
    @Key(
            doc = "default compatibility level",
            oneOf = {
              "NONE",
              "BACKWARD",
              "BACKWARD_TRANSITIVE",
              "FORWARD",
              "FORWARD_TRANSITIVE",
              "FULL",
              "FULL_TRANSITIVE"
            })
        String compatibility) {

  public RegistryConfig {
    Keys.check(RegistryConfig.class, port, compatibility);
  }

  public static RegistryConfig defaults() {
    return new RegistryConfig(0, "BACKWARD_TRANSITIVE");
  }
}
