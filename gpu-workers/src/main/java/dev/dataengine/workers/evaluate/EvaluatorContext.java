package dev.dataengine.workers.evaluate;

import dev.dataengine.clients.KafkaClients;
import dev.dataengine.failure.Health;
import dev.dataengine.failure.Patience;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;

/**
 * What an evaluation has of the world around it; a simulation gives another.
 *
 * @param clients to reach the cluster
 * @param registry of schemas
 * @param patience waits out what is away
 * @param health told what was found amiss
 * @param clock time of day, for events
 * @param metrics counted in
 */
public record EvaluatorContext(
    KafkaClients clients,
    SchemaRegistryClient registry,
    Patience patience,
    Health health,
    Clock clock,
    MeterRegistry metrics) {}
