package dev.dataengine.config;

import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A key as its record component defines it.
 *
 * @param name within its record, kebab-case
 * @param isRequired whether a value must be there; lists and maps may be missing and are empty then
 */
record KeyDefinition(
    String name, RecordComponent component, Key key, boolean isRequired, Optional<Range> range) {

  /**
   * @throws IllegalStateException where the component is not defined, or not soundly
   */
  static KeyDefinition of(RecordComponent component) {
    String where =
        component.getDeclaringRecord().getSimpleName() + "." + component.getName() + ": ";
    Key key = component.getAnnotation(Key.class);
    if (key == null || key.doc().isBlank()) {
      throw new IllegalStateException(
          where + "no definition: write @Key(doc = \"what it is for\") before the component");
    }
    if (key.pattern().isEmpty() != key.expected().isEmpty()) {
      throw new IllegalStateException(where + "a pattern and what it expects belong together");
    }
    Class<?> type = component.getType();
    boolean required =
        !Map.class.isAssignableFrom(type)
            && !Collection.class.isAssignableFrom(type)
            && !component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    try {
      Optional<Range> range =
          key.range().isEmpty() ? Optional.empty() : Optional.of(Range.parse(key.range()));
      return new KeyDefinition(kebab(component.getName()), component, key, required, range);
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException(where + e.getMessage(), e);
    }
  }

  static String kebab(String camelCase) {
    return camelCase.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
  }

  Class<?> type() {
    return component.getType();
  }

  boolean isSecret() {
    return key.secret() || Secrets.isSecret(name);
  }

  /**
   * @throws KeyException where the value is not allowed
   */
  void check(@Nullable Object value) {
    if (value == null) {
      if (isRequired) {
        throw new KeyException(name, "expected a value, got nothing");
      }
    } else if (value instanceof Map<?, ?> map) {
      map.forEach((k, v) -> checkOne(name + "." + k, v));
    } else if (value instanceof Collection<?> list) {
      list.forEach(element -> checkOne(name, element));
    } else {
      checkOne(name, value);
    }
  }

  private void checkOne(String at, Object value) {
    if (range.isPresent()
        && value instanceof Number number
        && !range.get().allows(number.doubleValue())) {
      throw new KeyException(at, "expected " + key.range() + ", got " + shown(at, value));
    }
    if (!(value instanceof String || value instanceof Path)) {
      return;
    }
    String text = value.toString();
    if (key.oneOf().length > 0 && !Arrays.asList(key.oneOf()).contains(text)) {
      throw new KeyException(
          at, "expected one of " + String.join(", ", key.oneOf()) + ", got " + shown(at, text));
    }
    if (!key.pattern().isEmpty() && !Pattern.matches(key.pattern(), text)) {
      throw new KeyException(at, "expected " + key.expected() + ", got " + shown(at, text));
    }
  }

  private String shown(String at, Object value) {
    if (isSecret()) {
      return Secrets.MASK;
    }
    return value instanceof Number
        ? value.toString()
        : "'" + Secrets.shown(at, value).lines().findFirst().orElse("") + "'";
  }
}
