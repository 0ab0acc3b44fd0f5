package dev.dataengine.compose.launcher;

import dev.dataengine.benchmark.Benchmark;
import dev.dataengine.config.ConnectionConfig;
import dev.dataengine.producers.generator.GeneratorService;
import dev.dataengine.producers.images.ImagePublisher;
import dev.dataengine.service.Service;
import dev.dataengine.streams.WeightsService;
import dev.dataengine.workers.evaluate.EvaluatorConfig;
import dev.dataengine.workers.evaluate.EvaluatorService;
import dev.dataengine.workers.train.TrainerConfig;
import dev.dataengine.workers.train.TrainerService;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
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
    Map<String, Factory> factories = new LinkedHashMap<>();
    factories.put("image-publisher", ServiceCatalog::imagePublisher);
    factories.put("weights", ServiceCatalog::weights);
    factories.put("evaluator", ServiceCatalog::evaluator);
    factories.put("generator", ServiceCatalog::generator);
    factories.put("trainer", ServiceCatalog::trainer);
    return new ServiceCatalog(factories);
  }

  private static Service imagePublisher(
      DataEngineConfig config, ConnectionConfig connection, MeterRegistry metrics) {
    return new ImagePublisher(
        config.imagePublisher().of(new Places(config).images()), connection, metrics);
  }

  private static Service weights(
      DataEngineConfig config, ConnectionConfig connection, MeterRegistry metrics) {
    String directory = new Places(config).under(config.weights().stateDir().toString(), "streams");
    return new WeightsService(config.weights().at(Path.of(directory)), connection, metrics);
  }

  private static Service evaluator(
      DataEngineConfig config, ConnectionConfig connection, MeterRegistry metrics) {
    Places places = new Places(config);
    EvaluatorConfig own = config.evaluator();
    String benchmark = places.benchmark().dir().toString();
    return new EvaluatorService(
        own.at(places.model(own.modelDirectory()), benchmark), connection, metrics);
  }

  private static Service generator(
      DataEngineConfig config, ConnectionConfig connection, MeterRegistry metrics) {
    Benchmark benchmark = new Places(config).benchmark();
    return new GeneratorService(
        config.generator().on(benchmark.name(), benchmark.dir().toString()), connection, metrics);
  }

  private static Service trainer(
      DataEngineConfig config, ConnectionConfig connection, MeterRegistry metrics) {
    Places places = new Places(config);
    TrainerConfig own = config.trainer();
    return new TrainerService(
        own.at(
            places.model(own.modelDirectory()),
            places.under(own.checkpointDirectory(), "checkpoints"),
            places.imageDirectories()),
        connection,
        metrics);
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
