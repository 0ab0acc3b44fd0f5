package dev.dataengine.workers.train;

import dev.dataengine.clients.KafkaClients;
import dev.dataengine.clients.PatientAdmin;
import dev.dataengine.config.ConnectionConfig;
import dev.dataengine.events.Image;
import dev.dataengine.serde.DeadLetters;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.service.ThreadService;
import dev.dataengine.workers.image.ImageFollower;
import dev.dataengine.workers.image.ImageResolver;
import dev.dataengine.workers.model.ModelDirectory;
import dev.dataengine.workers.tensor.PyTorch;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
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
  private final AtomicReference<@Nullable Training<?>> waking = new AtomicReference<>();

  public TrainerService(TrainerConfig config, ConnectionConfig connection, MeterRegistry metrics) {
    super("trainer");
    this.config = config;
    this.connection = connection;
    this.metrics = metrics;
  }

  @Override
  protected void wake() {
    Training<?> training = waking.get();
    if (training != null) {
      training.wake();
    }
  }

  @Override
  protected void run() throws Exception {
    ModelDirectory.require(LlavaLearner.DIRECTORY_KEY, config.modelDirectory());
    PyTorch.start();
    KafkaClients clients = KafkaClients.of(connection);
    SchemaRegistryClient registry = EventSerde.registry(connection.schemaRegistryUrl());
    try (PatientAdmin admin =
        new PatientAdmin(clients.admin(config.worker() + "-start"), patience())) {
      OtherWorkers.refuse(admin, config);
    }
    TrainingContext context = TrainingContext.of(clients, registry, patience(), health(), metrics);
    try (Training<LlavaSample> training =
        Training.open(
            config,
            (recorded, letters) -> LlavaLearner.open(config, recorded, images(registry, letters)),
            context)) {
      waking.set(training);
      isReady();
      training.run(this::isRunning);
    } finally {
      waking.set(null);
    }
  }

  private ImageFollower images(SchemaRegistryClient registry, DeadLetters letters)
      throws IOException {
    return ImageFollower.open(
        KafkaClients.of(connection),
        config.worker(),
        EventSerde.of(Image.class, registry),
        patience(),
        letters,
        Path.of(config.checkpointDirectory()).toAbsolutePath().resolve("images.cache"),
        new ImageResolver(
            config.imageRoots().stream().map(Path::of).toList(), config.imageMaxBytes()));
  }
}
