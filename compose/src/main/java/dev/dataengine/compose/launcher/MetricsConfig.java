package dev.dataengine.compose.launcher;

import dev.dataengine.config.Key;
import dev.dataengine.config.Keys;

/** The endpoint {@code /metrics}. */
public record MetricsConfig(
    @Key(
            doc = "port of `/metrics` on 127.0.0.1; 0 for a free one that restarts keep",
            range = "0..65535")
        int port) {

  public MetricsConfig {
    Keys.check(MetricsConfig.class, port);
  }

  public static MetricsConfig defaults() {
    return new MetricsConfig(0);
  }
}
