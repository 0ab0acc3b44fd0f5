package dev.dataengine.workers.train;

import dev.dataengine.events.ModelState;
import dev.dataengine.events.ModelVersion;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.topics.Topic;
import dev.dataengine.workers.adapter.PeftFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Tells of versions. What it tells follows from the checkpoint alone, so telling twice is safe. */
final class VersionPublisher {

  private final String model;
  private final KafkaProducer<byte[], byte[]> producer;
  private final EventSerde<ModelVersion> serde;
  private final AtomicReference<@Nullable Exception> lost = new AtomicReference<>();

  VersionPublisher(
      String model, KafkaProducer<byte[], byte[]> producer, EventSerde<ModelVersion> serde) {
    this.model = model;
    this.producer = producer;
    this.serde = serde;
  }

  /** Publishes the version of a checkpoint and waits until the broker has it. */
  void publish(TrainerState state, Path directory) throws IOException {
    boolean base = state.version() == 0;
    Map<String, Long> offsets = new TreeMap<>();
    state.offsets().forEach((partition, offset) -> offsets.put(partition.toString(), offset));
    ModelVersion event =
        ModelVersion.newBuilder()
            .setVersionId(model + "|" + state.version())
            .setModel(model)
            .setVersion(state.version())
            .setParent(base ? null : state.version() - 1)
            .setBase(state.base())
            .setAdapterUri(base ? null : directory.toUri().toString())
            .setAdapterSha256(base ? null : PeftFiles.sha256(directory.resolve(PeftFiles.WEIGHTS)))
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
    Future<RecordMetadata> sent = producer.send(serde.record(Topic.MODEL_VERSIONS, model, event));
    producer.flush();
    try {
      sent.get();
    } catch (ExecutionException e) {
      throw new IOException("version " + state.version() + " could not be published", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while publishing version " + state.version(), e);
    }
  }

  /** Sends a dead letter. */
  void letter(ProducerRecord<byte[], byte[]> letter) {
    var unused =
        producer.send(
            letter,
            (metadata, failure) -> {
              if (failure != null) {
                lost.compareAndSet(null, failure);
              }
            });
  }

  /**
   * Waits until everything sent so far is with the broker.
   *
   * @throws IOException where a dead letter was refused: a checkpoint now would leave it behind
   */
  void flush() throws IOException {
    producer.flush();
    Exception failure = lost.get();
    if (failure != null) {
      throw new IOException("a dead letter could not be written: " + failure, failure);
    }
  }
}
