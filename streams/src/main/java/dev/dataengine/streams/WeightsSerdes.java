package dev.dataengine.streams;

import dev.dataengine.events.BadCase;
import dev.dataengine.events.EvaluationResult;
import dev.dataengine.events.ModelVersion;
import dev.dataengine.events.QuestionTypeStats;
import dev.dataengine.events.WeightUpdate;
import dev.dataengine.serde.EventSerde;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;

/** The events that the topology reads and writes. */
public record WeightsSerdes(
    EventSerde<EvaluationResult> results,
    EventSerde<QuestionTypeStats> stats,
    EventSerde<WeightUpdate> updates,
    EventSerde<BadCase> badCases,
    EventSerde<ModelVersion> versions) {

  public static WeightsSerdes of(SchemaRegistryClient registry) {
    return new WeightsSerdes(
        EventSerde.of(EvaluationResult.class, registry),
        EventSerde.of(QuestionTypeStats.class, registry),
        EventSerde.of(WeightUpdate.class, registry),
        EventSerde.of(BadCase.class, registry),
        EventSerde.of(ModelVersion.class, registry));
  }
}
