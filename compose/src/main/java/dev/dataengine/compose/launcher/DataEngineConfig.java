package dev.dataengine.compose.launcher;

import dev.dataengine.compose.broker.BrokerConfig;
import dev.dataengine.compose.registry.RegistryConfig;
import dev.dataengine.config.ConnectionConfig;
import dev.dataengine.config.Key;
import dev.dataengine.config.Keys;
import dev.dataengine.producers.generator.GeneratorConfig;
import dev.dataengine.producers.images.ImagePublisherConfig;
import dev.dataengine.streams.WeightsConfig;
import dev.dataengine.topics.TopicLayout;
import dev.dataengine.workers.evaluate.EvaluatorConfig;
import dev.dataengine.workers.train.TrainerConfig;
import java.nio.file.Path;

/** Everything that can be configured: one group per service, named as the service. */
public record DataEngineConfig(
    @Key(
            doc =
                "directory that takes everything that is kept: the broker's logs, the registry's"
                    + " journal, checkpoints, benchmarks, logs",
            pattern = ".*\\S.*",
            expected = "a directory")
        Path data,
    @Key(
            doc =
                "what the image publisher publishes: `built-in` or a source as `up --images` takes"
                    + " it ([images](images.md))",
            pattern = ".*\\S.*",
            expected = "a source")
        String images,
    @Key(
            doc =
                "what the evaluator asks: `built-in`, `easy-vqa:DIR`, `nlvr:DIR` (its test split; the"
                    + " dev split is published where `images` names nothing else) or a directory"
                    + " ([images](images.md#benchmarks))",
            pattern = ".*\\S.*",
            expected = "a source")
        String benchmark,
    @Key(doc = "directory of the base model", empty = "the shipped one") String model,
    @Key(doc = "The broker and registry that services run apart connect to")
        ConnectionConfig connection,
    @Key(doc = "Layout of the topics") TopicLayout topics,
    @Key(doc = "The in-process broker") BrokerConfig broker,
    @Key(doc = "The embedded registry") RegistryConfig registry,
    @Key(doc = "Where metrics are served") MetricsConfig metrics,
    @Key(doc = "Publishes `images`") ImagePublisherConfig imagePublisher,
    @Key(doc = "Turns results into weights ([streams](streams.md))") WeightsConfig weights,
    @Key(doc = "Writes samples ([generator](generator.md))") GeneratorConfig generator,
    @Key(doc = "Fine-tunes on the samples") TrainerConfig trainer,
    @Key(doc = "Answers the benchmark with every new version") EvaluatorConfig evaluator) {

  public DataEngineConfig {
    Keys.check(
        DataEngineConfig.class,
        data,
        images,
        benchmark,
        model,
        connection,
        topics,
        broker,
        registry,
        metrics,
        imagePublisher,
        weights,
        generator,
        trainer,
        evaluator);
  }

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
