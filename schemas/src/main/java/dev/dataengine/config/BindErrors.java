package dev.dataengine.config;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** What a user is told of a value that does not fit: where it was set, its key, and why. */
record BindErrors(ConfigKeys keys, Map<String, String> places) {

  ConfigException told(JsonMappingException e) {
    String path =
        e.getPath().stream()
            .map(
                r ->
                    r.getFieldName() == null
                        ? "[" + r.getIndex() + "]"
                        : Secrets.shownKey(r.getFieldName()))
            .collect(Collectors.joining("."));
    if (e instanceof ValueInstantiationException && e.getCause() instanceof KeyException refused) {
      String key = path.isEmpty() ? refused.key() : path + "." + refused.key();
      return new ConfigException(place(key) + key + ": " + refused.problem());
    }
    return new ConfigException(place(path) + (path.isEmpty() ? "" : path + ": ") + reason(path, e));
  }

  /** Where the key was set; for a group, where the keys in it were. */
  private String place(String path) {
    String there =
        places.entrySet().stream()
            .filter(e -> e.getKey().startsWith(path + "."))
            .map(Map.Entry::getValue)
            .distinct()
            .sorted()
            .collect(Collectors.joining(", "));
    if (there.isEmpty()) {
      there = places.getOrDefault(path, "");
    }
    return there.isEmpty() ? "" : there + ": ";
  }

  private String reason(String path, JsonMappingException e) {
    if (e instanceof ValueInstantiationException && e.getCause() != null) {
      return Secrets.masked(String.valueOf(e.getCause().getMessage()));
    }
    String message = Secrets.masked(e.getOriginalMessage().lines().findFirst().orElse(""));
    if (e instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
      String expected = "expected " + kind(mismatch.getTargetType());
      // of these Jackson's message has the whole value, in which a secret may be
      return keys.isSecret(path) || !keys.isValue(path) ? expected : expected + ": " + message;
    }
    return message;
  }

  private static String kind(Class<?> type) {
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (type == int.class || type == long.class || type == Integer.class || type == Long.class) {
      return "a whole number";
    }
    if (type == double.class || type == float.class || Number.class.isAssignableFrom(type)) {
      return "a number";
    }
    if (type.isRecord() || Map.class.isAssignableFrom(type)) {
      return "keys and values";
    }
    return type.isEnum()
        ? "one of " + Arrays.toString(type.getEnumConstants())
        : "a " + type.getSimpleName();
  }
}
