package dev.dataengine.compose.launcher;

import dev.dataengine.config.ConfigException;
import dev.dataengine.config.Loaded;
import java.util.Optional;

/** Refuses keys that were set although something else takes their place, so nobody reads them. */
public final class Overridden {

  private Overridden() {}

  /**
   * Among the keys of services.
   *
   * @throws ConfigException naming both
   */
  public static void refuse(Loaded<DataEngineConfig> loaded) {
    loaded.refuse(
        "benchmark",
        Optional.of("evaluator.benchmark-directory"),
        "both say what is asked: set one of them");
    if (loaded.place("evaluator.model-directory").isPresent()) {
      loaded.refuse(
          "model",
          Optional.of("trainer.model-directory"),
          "trainer and evaluator both name a base model of their own: leave one of the three out");
    }
  }

  /**
   * The same, and those that {@code up} has a part of its own for.
   *
   * @throws ConfigException naming both
   */
  public static void refuseWithUp(Loaded<DataEngineConfig> loaded) {
    refuse(loaded);
    String instead = "'up' starts its own: leave the key out, or use 'run SERVICE' with yours";
    loaded.refuse("connection.bootstrap-servers", Optional.empty(), instead);
    loaded.refuse("connection.schema-registry-url", Optional.empty(), instead);
  }
}
