package dev.dataengine.producers.loop;

import dev.dataengine.serde.RegistryAwayException;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.ConnectException;
import java.util.concurrent.atomic.AtomicInteger;

/** Registries that misbehave. */
public final class Registries {

  private Registries() {}

  /** The registry, but the first so many times that it is asked for a schema it is not there. */
  public static SchemaRegistryClient awayFor(int times, SchemaRegistryClient registry) {
    AtomicInteger left = new AtomicInteger(times);
    return (SchemaRegistryClient)
        Proxy.newProxyInstance(
            Registries.class.getClassLoader(),
            new Class<?>[] {SchemaRegistryClient.class},
            (proxy, method, arguments) -> {
              if (method.getName().startsWith("getSchema") && left.getAndDecrement() > 0) {
                throw new RegistryAwayException("refused", new ConnectException("refused"));
              }
              try {
                return method.invoke(registry, arguments);
              } catch (InvocationTargetException e) {
                throw e.getTargetException();
              }
            });
  }
}
