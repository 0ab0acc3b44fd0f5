package dev.dataengine.compose.launcher;

/**
 * The endpoint {@code /metrics}.
 *
 * @param port port on 127.0.0.1; 0 for a free one that restarts keep
 */
public record MetricsConfig(int port) {

  public MetricsConfig {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port: expected 0..65535, got " + port);
    }
  }

  public static MetricsConfig defaults() {
    return new MetricsConfig(0);
  }
}
