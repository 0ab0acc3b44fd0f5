package dev.dataengine.producers.loop;

import dev.dataengine.clients.KafkaClients;
import dev.dataengine.config.ConnectionConfig;
import dev.dataengine.failure.Patience;
import dev.dataengine.serde.EventSerde;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.time.Clock;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What a service's body has around it. Everything that it asks, waits for or reads a time from
 * comes from here, so that a simulation drives the same code on its own time.
 *
 * @param clients makes its Kafka clients
 * @param registry of the schemas
 * @param patience waits out what is away, and lets time pass
 * @param clock what goes into events; may jump
 * @param nanos what pauses are measured with: only goes forward, in nanoseconds
 * @param ids gives an identity never given before
 */
public record LoopParts(
    KafkaClients clients,
    SchemaRegistryClient registry,
    Patience patience,
    Clock clock,
    LongSupplier nanos,
    Supplier<String> ids) {

  /** The real ones. Connects to nothing yet. */
  public static LoopParts of(ConnectionConfig connection, Patience patience) {
    return new LoopParts(
        KafkaClients.of(connection),
        EventSerde.registry(connection.schemaRegistryUrl()),
        patience,
        Clock.systemUTC(),
        System::nanoTime,
        () -> UUID.randomUUID().toString());
  }
}
