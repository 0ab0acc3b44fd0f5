package dev.dataengine.compose.simulate;

import dev.dataengine.serde.RegistryAwayException;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A registry that may be away; its clients cache nothing, so that each call of theirs finds out.
 */
final class SimRegistry {
  private final MockSchemaRegistryClient registry = new MockSchemaRegistryClient();
  private boolean away;

  void setAway(boolean now) {
    away = now;
  }

  /** A client that never finds it away, for those who judge. */
  SchemaRegistryClient direct() {
    return registry;
  }

  SchemaRegistryClient client() {
    return (SchemaRegistryClient)
        Proxy.newProxyInstance(
            SimRegistry.class.getClassLoader(),
            new Class<?>[] {SchemaRegistryClient.class},
            (proxy, method, arguments) -> call(method, arguments));
  }

  private @Nullable Object call(Method method, Object @Nullable [] arguments) throws Throwable {
    if (away && List.of(method.getExceptionTypes()).contains(IOException.class)) {
      throw new RegistryAwayException("the simulated registry is away", new IOException("away"));
    }
    try {
      return method.invoke(registry, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }
}
