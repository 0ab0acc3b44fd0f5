package dev.dataengine.workers.train;

import dev.dataengine.events.VqaSample;
import dev.dataengine.failure.RecordPolicy;
import dev.dataengine.serde.EventSerde;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Records to what a learner trains on. Whatever is wrong with a record, it goes to the dead letters
 * with the reason.
 */
final class SampleIntake<S extends TrainingSample> {

  private final String model;
  private final EventSerde<VqaSample> serde;
  private final RecordPolicy policy;
  private final Learner<S> learner;

  SampleIntake(String model, EventSerde<VqaSample> serde, RecordPolicy policy, Learner<S> learner) {
    this.model = model;
    this.serde = serde;
    this.policy = policy;
    this.learner = learner;
  }

  /** What a record is. */
  sealed interface Taken<S extends TrainingSample> {}

  /** To be trained on. */
  record Accepted<S extends TrainingSample>(ConsumerRecord<byte[], byte[]> record, S sample)
      implements Taken<S> {}

  /** Asked for by the weights of another model. */
  record OfAnother<S extends TrainingSample>() implements Taken<S> {}

  /** In the dead letters. */
  record Refused<S extends TrainingSample>() implements Taken<S> {}

  Taken<S> read(ConsumerRecord<byte[], byte[]> record) {
    return policy.<Taken<S>>apply(record, this::prepare).orElseGet(Refused::new);
  }

  private Taken<S> prepare(ConsumerRecord<byte[], byte[]> record) throws Exception {
    VqaSample event = serde.event(record);
    if (!event.getModel().isEmpty() && !event.getModel().equals(model)) {
      return new OfAnother<>();
    }
    SampleCheck.require(event);
    return new Accepted<>(record, learner.prepare(event));
  }
}
