package dev.dataengine.compose.launcher;

import dev.dataengine.config.ConnectionConfig;
import dev.dataengine.service.Service;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The services of the loop by name, in the order in which {@code up} starts them. A service is
 * added here and in {@link DataEngineConfig}; nothing else names it.
 */
public final class ServiceCatalog {

  /** Makes a service; its constructor must not block or connect. */
  @FunctionalInterface
  public interface Factory {
    Service create(DataEngineConfig config, ConnectionConfig connection, MeterRegistry metrics);
  }

  private final Map<String, Factory> factories;

  /**
   * @param factories in starting order
   */
  public ServiceCatalog(Map<String, Factory> factories) {
    this.factories = new LinkedHashMap<>(factories);
  }

  /** The services of this build. */
  public static ServiceCatalog standard() {
    return new ServiceCatalog(new LinkedHashMap<>());
  }

  public Collection<String> names() {
    return factories.keySet();
  }

  /**
   * @throws IllegalArgumentException where there is no service of that name
   */
  public Service create(
      String name, DataEngineConfig config, ConnectionConfig connection, MeterRegistry metrics) {
    Factory factory = factories.get(name);
    if (factory == null) {
      throw new IllegalArgumentException(
          "no service '" + name + "'; there are " + String.join(", ", names()));
    }
    return factory.create(config, connection, metrics);
  }
}
