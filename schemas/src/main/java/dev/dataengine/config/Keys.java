package dev.dataengine.config;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Checks the values of a record's components against their definitions. */
public final class Keys {

  private static final Map<Class<?>, List<KeyDefinition>> DEFINITIONS = new ConcurrentHashMap<>();

  private Keys() {}

  /**
   * For a compact constructor: {@code Keys.check(MetricsConfig.class, port)}.
   *
   * @param values of all components, in their order
   * @throws KeyException for the first value that its key does not allow
   * @throws IllegalStateException where a component has no definition, or values and components are
   *     not as many
   */
  public static void check(Class<? extends Record> type, @Nullable Object... values) {
    List<KeyDefinition> definitions = of(type);
    if (definitions.size() != values.length) {
      throw new IllegalStateException(
          "%s has %d components, and checks %d values: give Keys.check all, in their order"
              .formatted(type.getSimpleName(), definitions.size(), values.length));
    }
    for (int i = 0; i < values.length; i++) {
      definitions.get(i).check(values[i]);
    }
  }

  /** In the order of the components. */
  static List<KeyDefinition> of(Class<?> type) {
    return DEFINITIONS.computeIfAbsent(
        type, t -> Stream.of(t.getRecordComponents()).map(KeyDefinition::of).toList());
  }
}
