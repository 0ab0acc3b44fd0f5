package dev.dataengine.workers.train;

import ai.djl.ndarray.NDManager;
import dev.dataengine.clients.KafkaClients;
import dev.dataengine.config.ConnectionConfig;
import dev.dataengine.events.Image;
import dev.dataengine.events.ModelVersion;
import dev.dataengine.events.VqaSample;
import dev.dataengine.serde.DeadLetters;
import dev.dataengine.serde.EventReader;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.service.ThreadService;
import dev.dataengine.workers.image.FeatureCache;
import dev.dataengine.workers.image.ImageFollower;
import dev.dataengine.workers.image.ImageProcessor;
import dev.dataengine.workers.image.ImageResolver;
import dev.dataengine.workers.model.LlavaModel;
import dev.dataengine.workers.model.PromptTokenizer;
import dev.dataengine.workers.tensor.PyTorch;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.jspecify.annotations.Nullable;

/**
 * Fine-tunes on {@code vqa-samples} for as long as it runs, and publishes a {@code model-versions}
 * event with every checkpoint. Exactly-once in effect: the checkpoint holds the next offset of
 * every partition, and reading goes on there whatever the group's committed offsets say; those are
 * for lag. After a kill at any point no sample is left out and none counts twice.
 *
 * <p>One worker a model: it takes all partitions.
 */
public final class TrainerService extends ThreadService {

  private final TrainerConfig config;
  private final ConnectionConfig connection;
  private final MeterRegistry metrics;
  private final AtomicReference<@Nullable Consumer<byte[], byte[]>> waking =
      new AtomicReference<>();

  public TrainerService(TrainerConfig config, ConnectionConfig connection, MeterRegistry metrics) {
    super("trainer");
    this.config = config;
    this.connection = connection;
    this.metrics = metrics;
  }

  @Override
  protected void wake() {
    Consumer<byte[], byte[]> consumer = waking.get();
    if (consumer != null) {
      consumer.wakeup();
    }
  }

  @Override
  protected void run() throws Exception {
    PyTorch.start();
    Path base = Path.of(config.modelDirectory());
    Path directory = Path.of(config.checkpointDirectory()).toAbsolutePath();
    Files.createDirectories(directory);
    CheckpointStore checkpoints = new CheckpointStore(directory, config.checkpointsKept());
    ImageProcessor processor = ImageProcessor.load(base);
    try (NDManager manager = NDManager.newBaseManager();
        LlavaModel model = LlavaModel.load(manager, base, config.precision());
        PromptTokenizer tokenizer = PromptTokenizer.load(base, model.config());
        FeatureCache cache =
            new FeatureCache(manager, model, processor.side(), config.featureCacheImages());
        FineTuner tuner =
            new FineTuner(manager, model, config.lora(), config.optimizer(), config.seed());
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(connection.patientProducer(config.worker()))) {
      Trainer trainer =
          new Trainer(
              tuner,
              cache,
              tokenizer,
              checkpoints,
              base.getFileName().toString(),
              LlavaModel.identity(base),
              config.divergenceFactor(),
              Clock.systemUTC());
      SchemaRegistryClient registry = EventSerde.registry(connection.schemaRegistryUrl());
      VersionPublisher versions =
          new VersionPublisher(
              config.model(), producer, EventSerde.of(ModelVersion.class, registry));
      DeadLetters letters = new DeadLetters(name(), versions::letter);
      try (ImageFollower images = images(registry, letters, directory)) {
        SampleReader reader =
            new SampleReader(
                new EventReader<>(EventSerde.of(VqaSample.class, registry), letters),
                letters,
                images,
                processor,
                tokenizer,
                cache);
        try (SampleFeed feed = SampleFeed.open(config, connection, trainer.progress())) {
          waking.set(feed.consumer());
          TrainingLoop loop =
              new TrainingLoop(config, trainer, feed, reader, versions, checkpoints, metrics);
          loop.run(this::isRunning);
        } finally {
          waking.set(null);
        }
      }
    }
  }

  private ImageFollower images(SchemaRegistryClient registry, DeadLetters letters, Path directory)
      throws IOException {
    return ImageFollower.open(
        KafkaClients.of(connection),
        config.worker(),
        EventSerde.of(Image.class, registry),
        patience(),
        letters,
        directory.resolve("images.cache"),
        new ImageResolver(
            config.imageRoots().stream().map(Path::of).toList(), config.imageMaxBytes()));
  }
}
