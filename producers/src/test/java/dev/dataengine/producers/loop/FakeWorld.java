package dev.dataengine.producers.loop;

import dev.dataengine.failure.Health;
import dev.dataengine.failure.Patience;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.util.concurrent.atomic.AtomicInteger;

/** A cluster, a registry and a time, and what a service's body has of them. */
public final class FakeWorld {

  public final VirtualTime time = new VirtualTime();
  public final FakeCluster cluster = new FakeCluster(time);
  public final SchemaRegistryClient registry = new MockSchemaRegistryClient();
  public final Health health = new Health();
  private final AtomicInteger ids = new AtomicInteger();
  private boolean running = true;

  public void stop() {
    running = false;
  }

  public LoopParts parts() {
    return parts(registry);
  }

  /** With another registry. */
  public LoopParts parts(SchemaRegistryClient from) {
    return new LoopParts(
        cluster,
        from,
        new Patience(() -> running, health, time),
        time,
        time::nanos,
        () -> "id" + ids.incrementAndGet());
  }
}
