package dev.dataengine.compose.broker;

import dev.dataengine.config.Key;
import dev.dataengine.config.KeyException;
import dev.dataengine.config.Keys;
import dev.dataengine.config.Secrets;
import java.util.Map;

/** The in-process broker. */
public record BrokerConfig(
    @Key(doc = "port on 127.0.0.1; 0 for a free one that restarts keep", range = "0..65535")
        int port,
    @Key(doc = "the same for the controller", range = "0..65535") int controllerPort,
    @Key(
            doc =
                "further settings of the broker as Kafka names them; they win over ours, and those"
                    + " that other keys say are refused")
        Map<String, String> settings) {

  /** By setting, the key that says it. */
  private static final Map<String, String> SAID_ELSEWHERE =
      Map.of(
          "controller.quorum.voters", "broker.controller-port",
          "log.dir", "data",
          "log.dirs", "data",
          "metadata.log.dir", "data",
          "node.id", "the in-process broker, which is alone",
          "process.roles", "the in-process broker, which is alone");

  public BrokerConfig {
    settings = settings == null ? Map.of() : Map.copyOf(settings);
    Keys.check(BrokerConfig.class, port, controllerPort, settings);
    settings.keySet().stream()
        .filter(SAID_ELSEWHERE::containsKey)
        .findFirst()
        .ifPresent(
            setting -> {
              throw new KeyException(
                  "settings." + setting,
                  "is set by " + SAID_ELSEWHERE.get(setting) + "; leave it out here");
            });
  }

  public static BrokerConfig defaults() {
    return new BrokerConfig(0, 0, Map.of());
  }

  /** Without secrets. */
  @Override
  public String toString() {
    return "BrokerConfig[port=%d, controllerPort=%d, settings=%s]"
        .formatted(port, controllerPort, Secrets.shown(settings));
  }
}
