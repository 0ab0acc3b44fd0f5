package dev.dataengine.compose.broker;

import java.util.Map;

/**
 * The in-process broker.
 *
 * @param port port on 127.0.0.1; 0 for a free one that restarts keep
 * @param controllerPort the same for the controller
 * @param settings further broker settings as Kafka names them; they win over ours
 */
public record BrokerConfig(int port, int controllerPort, Map<String, String> settings) {

  public BrokerConfig {
    port("port", port);
    port("controllerPort", controllerPort);
    settings = settings == null ? Map.of() : Map.copyOf(settings);
  }

  public static BrokerConfig defaults() {
    return new BrokerConfig(0, 0, Map.of());
  }

  private static void port(String name, int value) {
    if (value < 0 || value > 65_535) {
      throw new IllegalArgumentException(name + ": expected 0..65535, got " + value);
    }
  }
}
