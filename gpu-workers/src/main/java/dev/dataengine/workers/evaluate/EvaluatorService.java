package dev.dataengine.workers.evaluate;

import ai.djl.ndarray.NDManager;
import dev.dataengine.benchmark.Benchmark;
import dev.dataengine.config.ConnectionConfig;
import dev.dataengine.events.EvaluationResult;
import dev.dataengine.events.ModelVersion;
import dev.dataengine.serde.DeadLetters;
import dev.dataengine.serde.EventReader;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.service.ThreadService;
import dev.dataengine.workers.adapter.LoadedAdapter;
import dev.dataengine.workers.adapter.PeftFiles;
import dev.dataengine.workers.image.ImageProcessor;
import dev.dataengine.workers.model.LlavaModel;
import dev.dataengine.workers.model.PromptTokenizer;
import dev.dataengine.workers.tensor.NativeMemory;
import dev.dataengine.workers.tensor.PyTorch;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Evaluates the newest version of a model on a benchmark, again and again, and publishes a result a
 * question. Versions that came while another was evaluated are passed over but for the newest. An
 * evaluation that was interrupted begins anew after a restart; results are counted by question, so
 * none counts twice.
 */
public final class EvaluatorService extends ThreadService {

  private static final Logger log = LoggerFactory.getLogger(EvaluatorService.class);

  private final EvaluatorConfig config;
  private final ConnectionConfig connection;
  private final Counter answered;
  private final AtomicReference<@Nullable VersionFollower> following = new AtomicReference<>();

  public EvaluatorService(
      EvaluatorConfig config, ConnectionConfig connection, MeterRegistry metrics) {
    super("evaluator");
    this.config = config;
    this.connection = connection;
    this.answered = metrics.counter("dataengine.evaluator.questions", "model", config.model());
  }

  @Override
  protected void wake() {
    VersionFollower follower = following.get();
    if (follower != null) {
      follower.wake();
    }
  }

  @Override
  protected void run() throws Exception {
    PyTorch.start();
    Path base = Path.of(config.modelDirectory());
    Benchmark benchmark = Benchmark.load(Path.of(config.benchmarkDirectory()));
    SchemaRegistryClient registry = EventSerde.registry(connection.schemaRegistryUrl());
    EventSerde<EvaluationResult> results = EventSerde.of(EvaluationResult.class, registry);
    try (NDManager manager = NDManager.newBaseManager();
        LlavaModel model = LlavaModel.load(manager, base, config.precision());
        PromptTokenizer tokenizer = PromptTokenizer.load(base, model.config());
        BenchmarkEvaluator evaluator =
            new BenchmarkEvaluator(
                manager,
                model,
                tokenizer,
                ImageProcessor.load(base),
                benchmark,
                config.batchQuestions());
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(connection.patientProducer(name()));
        VersionFollower versions =
            new VersionFollower(
                connection,
                config.model(),
                new EventReader<>(
                    EventSerde.of(ModelVersion.class, registry),
                    DeadLetters.through(name(), producer)),
                this::isRunning)) {
      following.set(versions);
      while (isRunning()) {
        Optional<ModelVersion> version = versions.next();
        if (version.isPresent()) {
          ResultPublisher publisher =
              new ResultPublisher(version.get(), benchmark, results, producer, answered);
          evaluate(version.get(), manager, model, evaluator, publisher);
          producer.flush();
          publisher.requireWritten();
          NativeMemory.trim();
        }
      }
    } finally {
      following.set(null);
    }
  }

  private void evaluate(
      ModelVersion version,
      NDManager manager,
      LlavaModel model,
      BenchmarkEvaluator evaluator,
      ResultPublisher publisher) {
    try (LoadedAdapter adapter = load(version, manager, model)) {
      boolean complete = evaluator.evaluate(adapter, this::isRunning, publisher);
      log.atInfo()
          .addKeyValue("version", version.getVersion())
          .addKeyValue("accuracy", publisher.accuracy())
          .addKeyValue("complete", complete)
          .log("evaluated a model version");
    } catch (IOException e) {
      // the version may have been removed as too old; the next one is on its way
      log.atError()
          .setCause(e)
          .addKeyValue("version", version.getVersion())
          .log("model version could not be loaded; it is passed over");
    }
  }

  private static LoadedAdapter load(ModelVersion version, NDManager manager, LlavaModel model)
      throws IOException {
    String uri = version.getAdapterUri();
    if (uri == null) {
      return LoadedAdapter.none(manager, model);
    }
    Path directory = Path.of(URI.create(uri));
    String sha256 = PeftFiles.sha256(directory.resolve(PeftFiles.WEIGHTS));
    if (!sha256.equals(version.getAdapterSha256())) {
      throw new IOException(
          "adapter %s: expected sha256 %s, got %s"
              .formatted(uri, version.getAdapterSha256(), sha256));
    }
    PeftFiles.Adapter adapter = PeftFiles.read(directory, model.config());
    return LoadedAdapter.of(manager, model, adapter.layout(), adapter.values());
  }
}
