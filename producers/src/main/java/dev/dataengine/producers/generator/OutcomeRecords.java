package dev.dataengine.producers.generator;

import dev.dataengine.events.RejectedSample;
import dev.dataengine.events.VqaSample;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.topics.Topic;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.util.ArrayList;
import java.util.List;
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
   * A fresh mutable list, in order.
   *
   * @throws org.apache.kafka.common.errors.SerializationException where the registry does not
   *     answer
   */
  List<ProducerRecord<byte[], byte[]>> of(List<Outcome> outcomes) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (Outcome outcome : outcomes) {
      if (outcome instanceof Outcome.Made made) {
        VqaSample sample = made.sample();
        records.add(samples.record(Topic.VQA_SAMPLES, sample.getImageId(), sample));
      } else if (outcome instanceof Outcome.Refused refused) {
        RejectedSample rejected = refused.rejected();
        records.add(
            rejections.record(Topic.REJECTED_SAMPLES, rejected.getReason().name(), rejected));
      }
    }
    return records;
  }
}
