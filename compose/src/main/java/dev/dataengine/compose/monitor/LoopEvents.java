package dev.dataengine.compose.monitor;

import dev.dataengine.events.ModelVersion;
import dev.dataengine.events.QuestionTypeStats;
import dev.dataengine.events.RejectedSample;
import dev.dataengine.events.VqaSample;
import dev.dataengine.events.WeightUpdate;
import dev.dataengine.failure.RecordPolicy;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.topics.Topic;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.util.List;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Folds records of the loop's topics into its state. */
final class LoopEvents {

  static final List<Topic> FOLLOWED =
      List.of(
          Topic.QUESTION_TYPE_STATS,
          Topic.QUESTION_TYPE_WEIGHTS,
          Topic.VQA_SAMPLES,
          Topic.REJECTED_SAMPLES,
          Topic.MODEL_VERSIONS);

  private final LoopState state;
  private final RecordPolicy policy;
  private final EventSerde<QuestionTypeStats> stats;
  private final EventSerde<WeightUpdate> weights;
  private final EventSerde<VqaSample> samples;
  private final EventSerde<RejectedSample> rejections;
  private final EventSerde<ModelVersion> versions;

  LoopEvents(LoopState state, RecordPolicy policy, SchemaRegistryClient registry) {
    this.state = state;
    this.policy = policy;
    stats = EventSerde.of(QuestionTypeStats.class, registry);
    weights = EventSerde.of(WeightUpdate.class, registry);
    samples = EventSerde.of(VqaSample.class, registry);
    rejections = EventSerde.of(RejectedSample.class, registry);
    versions = EventSerde.of(ModelVersion.class, registry);
  }

  /** A record of one of the {@link #FOLLOWED}; what is no event is left out. */
  void apply(ConsumerRecord<byte[], byte[]> record) {
    Topic topic = Topic.named(record.topic());
    if (record.value() == null) {
      if (topic == Topic.QUESTION_TYPE_STATS) {
        state.forgetStats(EventSerde.key(record));
      }
      return;
    }
    switch (topic) {
      case QUESTION_TYPE_STATS -> apply(record, stats, state::apply);
      case QUESTION_TYPE_WEIGHTS -> apply(record, weights, state::apply);
      case VQA_SAMPLES -> apply(record, samples, state::apply);
      case REJECTED_SAMPLES -> apply(record, rejections, state::apply);
      case MODEL_VERSIONS -> apply(record, versions, state::apply);
      default -> throw new IllegalStateException("not followed: " + record.topic());
    }
  }

  private <T extends SpecificRecord> void apply(
      ConsumerRecord<byte[], byte[]> record, EventSerde<T> serde, Consumer<T> fold) {
    policy.apply(record, serde::event).ifPresent(fold);
  }
}
