package dev.dataengine.compose.launcher;

import dev.dataengine.compose.broker.BrokerConfig;
import dev.dataengine.compose.registry.RegistryConfig;
import dev.dataengine.config.ConnectionConfig;
import dev.dataengine.producers.generator.GeneratorConfig;
import dev.dataengine.producers.images.ImagePublisherConfig;
import dev.dataengine.streams.WeightsConfig;
import dev.dataengine.topics.TopicLayout;
import dev.dataengine.workers.evaluate.EvaluatorConfig;
import dev.dataengine.workers.train.TrainerConfig;
import java.nio.file.Path;

/**
 * Everything that can be configured: one group per service, named as the service.
 *
 * @param data directory that takes everything that is kept: the broker's logs, the registry's
 *     journal, checkpoints, logs
 * @param images what the image publisher publishes: {@code built-in}, or a source as {@code up
 *     --images} takes it
 * @param benchmark what the evaluator asks: {@code built-in}, or a source as {@code up --benchmark}
 *     takes it
 * @param model directory of the base model; empty for the one that ships with the project
 * @param connection the broker and registry that services run apart connect to; {@code up} uses its
 *     own
 * @param topics layout of the topics
 * @param broker the in-process broker
 * @param registry the embedded registry
 * @param metrics where metrics are served
 * @param imagePublisher publishes images; its source is {@code images} where it names no other
 * @param weights turns results into weights
 * @param generator writes samples
 * @param trainer fine-tunes; directories left empty are placed under {@code data}
 * @param evaluator answers the benchmark
 */
public record DataEngineConfig(
    Path data,
    String images,
    String benchmark,
    String model,
    ConnectionConfig connection,
    TopicLayout topics,
    BrokerConfig broker,
    RegistryConfig registry,
    MetricsConfig metrics,
    ImagePublisherConfig imagePublisher,
    WeightsConfig weights,
    GeneratorConfig generator,
    TrainerConfig trainer,
    EvaluatorConfig evaluator) {

  public static DataEngineConfig defaults() {
    return new DataEngineConfig(
        Path.of(".dataengine"),
        BenchmarkSource.BUILT_IN,
        BenchmarkSource.BUILT_IN,
        "",
        new ConnectionConfig("127.0.0.1:9092", "http://127.0.0.1:8081"),
        TopicLayout.defaults(),
        BrokerConfig.defaults(),
        RegistryConfig.defaults(),
        MetricsConfig.defaults(),
        ImagePublisherConfig.defaults(),
        WeightsConfig.defaults(),
        GeneratorConfig.defaults(),
        TrainerConfig.defaults("", ""),
        EvaluatorConfig.defaults("", ""));
  }
}
