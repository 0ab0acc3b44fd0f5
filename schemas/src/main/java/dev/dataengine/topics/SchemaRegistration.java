package dev.dataengine.topics;

import dev.dataengine.events.AdapterDelta;
import dev.dataengine.events.BadCase;
import dev.dataengine.events.EvaluationResult;
import dev.dataengine.events.EvaluationTask;
import dev.dataengine.events.Image;
import dev.dataengine.events.ModelVersion;
import dev.dataengine.events.Promotion;
import dev.dataengine.events.QuestionTypeStats;
import dev.dataengine.events.RejectedSample;
import dev.dataengine.events.VqaSample;
import dev.dataengine.events.WeightUpdate;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.avro.AvroSchemaUtils;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

/**
 * Registers the value schema of every topic up front, so that a reader finds the subjects before
 * the first event and an incompatible change fails at the start instead of at the first record.
 */
public final class SchemaRegistration {

  private SchemaRegistration() {}

  /**
   * Registers what is new; registering again gives the same ids.
   *
   * @throws IllegalStateException where the registry refuses a schema
   * @throws UncheckedIOException where it cannot be reached
   */
  public static Map<Topic, Integer> registerAll(SchemaRegistryClient registry) {
    Map<Topic, Integer> ids = new EnumMap<>(Topic.class);
    for (Topic topic : Topic.catalogue()) {
      ids.put(topic, register(registry, topic));
    }
    return ids;
  }

  private static int register(SchemaRegistryClient registry, Topic topic) {
    try {
      return registry.register(topic.valueSubject(), new AvroSchema(valueSchema(topic)));
    } catch (RestClientException e) {
      throw new IllegalStateException(
          "registry refuses the schema of " + topic.valueSubject() + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("registry cannot be reached: " + e.getMessage(), e);
    }
  }

  /** As the serializer writes it, without Java's hints: the same schema, so the same id. */
  private static Schema valueSchema(Topic topic) {
    SpecificRecord event =
        switch (topic) {
          case IMAGES -> new Image();
          case EVALUATION_TASKS -> new EvaluationTask();
          case EVALUATION_RESULTS -> new EvaluationResult();
          case QUESTION_TYPE_STATS -> new QuestionTypeStats();
          case QUESTION_TYPE_WEIGHTS -> new WeightUpdate();
          case BAD_CASES -> new BadCase();
          case VQA_SAMPLES -> new VqaSample();
          case REJECTED_SAMPLES -> new RejectedSample();
          case MODEL_VERSIONS -> new ModelVersion();
          case MODEL_PROMOTIONS -> new Promotion();
          case ADAPTER_DELTAS -> new AdapterDelta();
        };
    return AvroSchemaUtils.getSchema(event, false, false, true);
  }
}
