package dev.dataengine.producers.generator;

import dev.dataengine.events.RejectedSample;
import dev.dataengine.events.VqaSample;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.topics.Topic;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Outcomes as records of their topics. */
final class OutcomeRecords {

  private final EventSerde<VqaSample> samples;
  private final EventSerde<RejectedSample> rejections;

  OutcomeRecords(SchemaRegistryClient registry) {
    this.samples = EventSerde.of(VqaSample.class, registry);
    this.rejections = EventSerde.of(RejectedSample.class, registry);
  }

  /**
   * The record of an outcome that is something.
   *
   * @throws org.apache.kafka.common.errors.SerializationException where the registry does not
   *     answer
   */
  ProducerRecord<byte[], byte[]> of(Outcome outcome) {
    if (outcome instanceof Outcome.Made made) {
      VqaSample sample = made.sample();
      return samples.record(Topic.VQA_SAMPLES, sample.getImageId(), sample);
    }
    if (outcome instanceof Outcome.Refused refused) {
      RejectedSample rejected = refused.rejected();
      return rejections.record(Topic.REJECTED_SAMPLES, rejected.getReason().name(), rejected);
    }
    throw new IllegalArgumentException("no record of " + outcome);
  }
}
