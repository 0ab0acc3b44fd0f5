package dev.dataengine.workers.train;

import dev.dataengine.clients.KafkaClients;
import dev.dataengine.failure.Health;
import dev.dataengine.failure.Patience;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What a training has of the world around it; a simulation gives another.
 *
 * @param clients to reach the cluster
 * @param registry of schemas
 * @param patience waits out what is away
 * @param health told what was found amiss
 * @param clock time of day, for events
 * @param nanos as {@link System#nanoTime}, for durations
 * @param lineages names of runs, never the same twice
 * @param durable whether checkpoints are forced to the disk
 * @param metrics counted in
 */
public record TrainingContext(
    KafkaClients clients,
    SchemaRegistryClient registry,
    Patience patience,
    Health health,
    Clock clock,
    LongSupplier nanos,
    Supplier<String> lineages,
    boolean durable,
    MeterRegistry metrics) {

  /** Of the real world. */
  public static TrainingContext of(
      KafkaClients clients,
      SchemaRegistryClient registry,
      Patience patience,
      Health health,
      MeterRegistry metrics) {
    return new TrainingContext(
        clients,
        registry,
        patience,
        health,
        Clock.systemUTC(),
        System::nanoTime,
        () -> UUID.randomUUID().toString(),
        true,
        metrics);
  }
}
