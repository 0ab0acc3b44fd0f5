package dev.dataengine.compose.monitor;

import dev.dataengine.config.ConnectionConfig;
import dev.dataengine.events.EvaluationResult;
import dev.dataengine.events.ModelVersion;
import dev.dataengine.events.RejectedSample;
import dev.dataengine.events.VqaSample;
import dev.dataengine.events.WeightUpdate;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.serde.ReplayReader;
import dev.dataengine.service.ThreadService;
import dev.dataengine.topics.Topic;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the loop's topics from their beginning and keeps the figures. It belongs to no consumer
 * group and writes nothing, so any number of them may watch; a record that it cannot read it skips,
 * since the service that the record is for writes the dead letter. {@link #figures} may be called
 * from any thread.
 */
public final class LoopMonitor extends ThreadService {

  private static final Logger log = LoggerFactory.getLogger(LoopMonitor.class);
  private static final List<Topic> FOLLOWED =
      List.of(
          Topic.EVALUATION_RESULTS,
          Topic.QUESTION_TYPE_WEIGHTS,
          Topic.VQA_SAMPLES,
          Topic.REJECTED_SAMPLES,
          Topic.MODEL_VERSIONS);

  private final ConnectionConfig connection;
  private final LoopState state = new LoopState();
  private final long begunNanos;
  private volatile LoopFigures figures = state.figures();
  private volatile Optional<Duration> firstWeights = Optional.empty();
  private volatile Optional<Duration> firstModelVersion = Optional.empty();
  private volatile boolean caughtUp;

  /**
   * @param begunNanos {@link System#nanoTime} that the milestones count from
   */
  public LoopMonitor(ConnectionConfig connection, long begunNanos) {
    super("monitor");
    this.connection = connection;
    this.begunNanos = begunNanos;
  }

  @Override
  protected void run() {
    SchemaRegistryClient registry = EventSerde.registry(connection.schemaRegistryUrl());
    Events events = new Events(registry);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(connection.consumer("dataengine-monitor"))) {
      List<TopicPartition> partitions = new ArrayList<>();
      for (Topic topic : FOLLOWED) {
        consumer
            .partitionsFor(topic.topicName())
            .forEach(p -> partitions.add(new TopicPartition(p.topic(), p.partition())));
      }
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while (isRunning()) {
        poll(consumer, events);
      }
    }
  }

  private void poll(KafkaConsumer<byte[], byte[]> consumer, Events events) {
    try {
      var records = consumer.poll(Duration.ofMillis(200));
      for (ConsumerRecord<byte[], byte[]> record : records) {
        events.apply(record);
      }
      if (!records.isEmpty()) {
        publish();
      } else {
        caughtUp = true;
      }
    } catch (WakeupException e) {
      log.atTrace().log("woken up to look whether to stop");
    } catch (RetriableException e) {
      log.atDebug().setCause(e).log("the broker is away; trying again");
    }
  }

  private void publish() {
    LoopFigures now = state.figures();
    Duration elapsed = Duration.ofNanos(System.nanoTime() - begunNanos);
    if (firstWeights.isEmpty() && now.weightUpdates() > 0) {
      firstWeights = Optional.of(elapsed);
    }
    if (firstModelVersion.isEmpty() && now.modelVersions() > 0) {
      firstModelVersion = Optional.of(elapsed);
    }
    figures = now;
  }

  private final class Events {

    private final ReplayReader<EvaluationResult> results;
    private final ReplayReader<WeightUpdate> weights;
    private final ReplayReader<VqaSample> samples;
    private final ReplayReader<RejectedSample> rejections;
    private final ReplayReader<ModelVersion> versions;

    Events(SchemaRegistryClient registry) {
      results = reader(EvaluationResult.class, registry);
      weights = reader(WeightUpdate.class, registry);
      samples = reader(VqaSample.class, registry);
      rejections = reader(RejectedSample.class, registry);
      versions = reader(ModelVersion.class, registry);
    }

    private <T extends SpecificRecord> ReplayReader<T> reader(
        Class<T> event, SchemaRegistryClient registry) {
      return new ReplayReader<>(EventSerde.of(event, registry), LoopMonitor.this::isRunning);
    }

    void apply(ConsumerRecord<byte[], byte[]> record) {
      switch (Topic.named(record.topic())) {
        case EVALUATION_RESULTS ->
            results.read(record).ifPresent(e -> state.apply(e, record.partition()));
        case QUESTION_TYPE_WEIGHTS -> weights.read(record).ifPresent(state::apply);
        case VQA_SAMPLES -> samples.read(record).ifPresent(state::apply);
        case REJECTED_SAMPLES -> rejections.read(record).ifPresent(state::apply);
        case MODEL_VERSIONS -> versions.read(record).ifPresent(state::apply);
        default -> throw new IllegalStateException("not followed: " + record.topic());
      }
    }
  }

  /** The latest figures. */
  LoopFigures figures() {
    return figures;
  }

  /** Waits until all that is there has been read, at most this long. Not from its own thread. */
  public void catchUp(Duration atMost) {
    caughtUp = false;
    long deadline = System.nanoTime() + atMost.toNanos();
    while (!caughtUp && !termination().isDone() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }

  /** From the start to the first weight update seen. */
  public Optional<Duration> firstWeights() {
    return firstWeights;
  }

  /** From the start to the first version above 0. */
  public Optional<Duration> firstModelVersion() {
    return firstModelVersion;
  }
}
