package dev.dataengine.producers.generator;

import dev.dataengine.benchmark.Benchmark;
import dev.dataengine.config.ConnectionConfig;
import dev.dataengine.producers.topic.TopicReplay;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.service.ThreadService;
import dev.dataengine.topics.Topic;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The generator: keeps the topic of samples filled, by the latest weights, never more than {@link
 * GeneratorConfig#maxAhead} samples ahead of the trainers. Samples, rejections and the input
 * offsets go in one transaction.
 *
 * <p>One thread: take in, ask for the lag, write a batch, and wait where there is no room, where
 * nothing can be written, or where a batch gave nothing but rejections (longer every time, so that
 * an exhausted set of images does not flood the rejections).
 */
public final class GeneratorService extends ThreadService {

  private static final Logger log = LoggerFactory.getLogger(GeneratorService.class);
  private static final String NAME = "generator";
  private static final int MAX_BACK_OFF = 64;

  private final GeneratorConfig config;
  private final ConnectionConfig connection;
  private final GeneratorMetrics metrics;
  private final SampleWriter writer;
  private final BenchmarkGuard guard;
  private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;

  /**
   * With the rules writer.
   *
   * @throws dev.dataengine.benchmark.BenchmarkException where a benchmark's directory is malformed
   */
  public GeneratorService(
      GeneratorConfig config, ConnectionConfig connection, MeterRegistry metrics) {
    this(config, connection, metrics, new RulesSampleWriter());
  }

  /** With another writer. */
  public GeneratorService(
      GeneratorConfig config,
      ConnectionConfig connection,
      MeterRegistry metrics,
      SampleWriter writer) {
    super(NAME);
    this.config = config;
    this.connection = connection;
    this.metrics = new GeneratorMetrics(metrics);
    this.writer = writer;
    this.guard =
        new BenchmarkGuard(
            config.benchmarkDirs().stream().map(dir -> Benchmark.load(Path.of(dir))).toList());
  }

  @Override
  protected void wake() {
    KafkaConsumer<byte[], byte[]> open = consumer;
    if (open != null) {
      open.wakeup();
    }
  }

  @Override
  protected void run() throws Exception {
    SchemaRegistryClient registry = EventSerde.registry(connection.schemaRegistryUrl());
    try (KafkaConsumer<byte[], byte[]> open =
            new KafkaConsumer<>(connection.consumer(NAME, NAME + "." + config.benchmark()));
        SampleTransactions transactions = new SampleTransactions(this::producer);
        Admin admin = Admin.create(connection.client(NAME))) {
      consumer = open;
      List<TopicPartition> samples =
          TopicReplay.partitions(open, List.of(Topic.VQA_SAMPLES), this::isRunning);
      SampleGenerator generator = generator(seed(open, samples));
      GeneratorInputs inputs = new GeneratorInputs(open, generator, registry, this::isRunning);
      inputs.replay(config.duplicateWindow());
      log.atInfo()
          .addKeyValue("images", generator.images().size())
          .addKeyValue("weights", generator.model().isPresent())
          .log("generator is ready");
      TrainerLag lag = new TrainerLag(admin, samples);
      BatchWriter batches =
          new BatchWriter(generator, new OutcomeRecords(registry), inputs, transactions, metrics);
      int backOff = 1;
      while (isRunning()) {
        BatchWriter.Result result = batches.write(room(generator, lag), open.groupMetadata());
        boolean made = result == BatchWriter.Result.MADE;
        backOff = result == BatchWriter.Result.IN_VAIN ? Math.min(MAX_BACK_OFF, backOff * 2) : 1;
        inputs.poll(Duration.ofMillis(made ? 0 : (long) backOff * config.pollIntervalMs()));
      }
    }
  }

  private SampleGenerator generator(long seed) {
    return new SampleGenerator(
        config,
        writer,
        guard,
        new SplittableRandom(seed),
        Clock.systemUTC(),
        () -> UUID.randomUUID().toString());
  }

  /** The configured seed moved on by what was written before, so that a restart writes anew. */
  private long seed(KafkaConsumer<byte[], byte[]> open, List<TopicPartition> samples) {
    return config.seed() * 0x9E3779B97F4A7C15L
        + open.endOffsets(samples).values().stream().mapToLong(Long::longValue).sum();
  }

  private Producer<byte[], byte[]> producer() {
    Map<String, Object> settings = connection.producer(NAME);
    settings.put("transactional.id", config.transactionalId());
    settings.putIfAbsent("max.block.ms", "5000");
    return new KafkaProducer<>(settings);
  }

  /**
   * How many samples may be written now: a batch, or at least a quarter of what may be ahead; 0
   * where there is less room or the broker does not say.
   */
  private int room(SampleGenerator generator, TrainerLag lag)
      throws InterruptedException, ExecutionException {
    String model = generator.model().orElse("");
    if (model.isEmpty()) {
      return 0;
    }
    try {
      long waiting = lag.samples(model);
      metrics.lag(waiting);
      long room = Math.min(config.batchSize(), config.maxAhead() - waiting);
      return room >= Math.min(config.batchSize(), (config.maxAhead() + 3) / 4) ? (int) room : 0;
    } catch (TimeoutException e) {
      log.atWarn().log("the broker does not tell the trainers' lag; waiting");
      return 0;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RetriableException) {
        log.atWarn().setCause(e.getCause()).log("the trainers' lag is not known; waiting");
        return 0;
      }
      throw e;
    }
  }
}
