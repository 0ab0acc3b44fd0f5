package dev.dataengine.workers.train;

import dev.dataengine.events.ModelState;
import dev.dataengine.events.ModelVersion;
import dev.dataengine.failure.Failures;
import dev.dataengine.failure.Patience;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.topics.Topic;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Tells of versions. What it tells follows from the checkpoint alone, so telling twice is safe.
 *
 * <p>Its transactional id is the model's, so that once a trainer has begun ({@link #begin}), no
 * other that trains the same model, in whatever directory and under whatever name, tells anything
 * any more.
 */
final class VersionPublisher {

  private final Producer<byte[], byte[]> producer;
  private final EventSerde<ModelVersion> serde;
  private final Patience patience;

  /**
   * @param producer with the model's transactional id
   */
  VersionPublisher(
      Producer<byte[], byte[]> producer, EventSerde<ModelVersion> serde, Patience patience) {
    this.producer = producer;
    this.serde = serde;
    this.patience = patience;
  }

  /** Settings of the producer. */
  static Map<String, String> settings(String model) {
    return Map.of(
        "transactional.id",
        "trainers." + model,
        // a transaction is a moment's work, and hides what others announce behind it; one that the
        // broker gave up is found out by the next start
        "transaction.timeout.ms",
        "60000",
        "max.block.ms",
        "5000");
  }

  /** Bars all others from telling of this model. */
  void begin() throws Exception {
    patience.waitOut("the broker", producer::initTransactions);
  }

  /** Publishes the version of a checkpoint and waits until the broker has it. */
  void publish(SavedVersion saved) throws Exception {
    ModelVersion event = event(saved);
    ProducerRecord<byte[], byte[]> record =
        patience.waitOut(
            "the registry", () -> serde.record(Topic.MODEL_VERSIONS, event.getModel(), event));
    patience.waitOut("the broker", () -> commit(record));
  }

  private void commit(ProducerRecord<byte[], byte[]> record) throws Exception {
    try {
      producer.beginTransaction();
      transact(record);
    } catch (ProducerFencedException | InvalidProducerEpochException e) {
      throw new FencedException(e.getMessage());
    }
  }

  private void transact(ProducerRecord<byte[], byte[]> record) throws Exception {
    try {
      var unused = producer.send(record);
      @Nullable KafkaException failure =
          patience.waitOut("the broker", this::commitTransaction).orElse(null);
      if (failure != null) {
        throw failure;
      }
    } catch (ProducerFencedException | InvalidProducerEpochException e) {
      throw e; // what is fenced cannot abort either
    } catch (KafkaException e) {
      patience.waitOut("the broker", producer::abortTransaction);
      throw isPassing(e) ? new TimeoutException(Failures.reason(e), e) : e;
    }
  }

  /**
   * The failure, where the transaction has to be aborted. A commit that timed out may have been
   * carried out: it is asked for again, not anew.
   */
  private Optional<KafkaException> commitTransaction() {
    try {
      producer.commitTransaction();
      return Optional.empty();
    } catch (TimeoutException e) {
      throw e;
    } catch (KafkaException e) {
      return Optional.of(e);
    }
  }

  private static boolean isPassing(KafkaException e) {
    return e instanceof RetriableException || e.getCause() instanceof RetriableException;
  }

  /**
   * Another trainer of this model has begun, or the broker gave up a transaction of ours. A start
   * finds out which, so it is no failure that stays.
   */
  static final class FencedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FencedException(@Nullable String why) {
      super("this trainer may not publish versions any more (" + why + ")");
    }
  }

  private static ModelVersion event(SavedVersion saved) {
    TrainerState state = saved.state();
    boolean base = state.isBase();
    Map<String, Long> offsets = new TreeMap<>();
    state.offsets().forEach((partition, offset) -> offsets.put(partition.toString(), offset));
    return ModelVersion.newBuilder()
        .setVersionId(state.model() + "|" + state.version())
        .setModel(state.model())
        .setVersion(state.version())
        .setLineage(state.lineage())
        .setLineageSince(state.lineageSince())
        .setParent(state.parent())
        .setBase(state.base())
        .setPrecision(state.precision())
        .setAdapterUri(base ? null : saved.directory().toUri().toString())
        .setAdapterSha256(base ? null : saved.adapterSha256())
        .setManifestSha256(base ? null : saved.manifestSha256())
        .setTopic(Topic.VQA_SAMPLES.topicName())
        .setOffsets(offsets)
        .setSteps(state.steps())
        .setSamplesTrained(state.samplesTrained())
        .setSamplesByType(state.samplesByType())
        .setSamplesSkipped(state.samplesSkipped())
        .setTrainingLoss(state.trainingLoss())
        .setTrainingMillis(state.trainingMillis())
        .setState(ModelState.CANDIDATE)
        .setCreatedAt(state.createdAt())
        .build();
  }
}
