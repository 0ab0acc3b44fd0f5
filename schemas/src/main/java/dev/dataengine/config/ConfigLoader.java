package dev.dataengine.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One configuration from four layers, the later winning: the defaults, a YAML file, the environment
 * ({@code DATAENGINE_TRAINER_LEARNING_RATE} for {@code trainer.learning-rate}) and flags ({@code
 * trainer.learning-rate=1e-3}). Layers are merged as trees and bound at the end, so that records
 * are validated once, whole. Unknown keys are refused with the nearest known one.
 */
public final class ConfigLoader {

  private static final String PREFIX = "DATAENGINE_";

  /** Read by the start script, not keys of the configuration. */
  private static final Set<String> NOT_KEYS = Set.of("DATAENGINE_JAVA_OPTS", "DATAENGINE_HOME");

  private final ObjectMapper yaml =
      YAMLMapper.builder(
              YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          // as a path is written, not as the URI that Jackson makes of it
          .addModule(new SimpleModule().addSerializer(Path.class, ToStringSerializer.instance))
          .build();
  private final Map<String, String> environment;

  public ConfigLoader(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /**
   * @param defaults what holds where no layer says otherwise
   * @param flags {@code key=value} each
   * @throws ConfigException with one line that says where and why
   */
  public <T extends Record> T load(T defaults, Optional<Path> file, List<String> flags) {
    @SuppressWarnings("unchecked") // a record's class is final: T is exactly its class
    Class<T> type = (Class<T>) defaults.getClass();
    ConfigKeys keys = new ConfigKeys(type);
    Map<String, String> places = new HashMap<>();
    ObjectNode tree = yaml.valueToTree(defaults);
    file.ifPresent(
        path -> {
          ConfigFile read = ConfigFile.read(path, keys, yaml);
          places.putAll(read.places());
          if (read.tree() instanceof ObjectNode over) {
            merge(tree, over);
          }
        });
    new TreeMap<>(environment)
        .forEach(
            (name, value) -> {
              if (name.startsWith(PREFIX) && !NOT_KEYS.contains(name)) {
                set(tree, variable(name, keys), value, keys);
                places.put(variable(name, keys), name);
              }
            });
    for (String flag : flags) {
      int equals = flag.indexOf('=');
      if (equals < 1) {
        throw new ConfigException("--set " + flag + ": expected key=value");
      }
      String key = flag.substring(0, equals).strip();
      if (!keys.has(key) || keys.isGroup(key)) {
        throw new ConfigException(
            "--set " + flag + ": unknown key; did you mean '" + keys.nearest(key) + "'?");
      }
      set(tree, key, flag.substring(equals + 1), keys);
      places.put(key, "--set " + flag);
    }
    return bind(tree, type, places);
  }

  /** The configuration as YAML with every key, as the file takes it. */
  public String print(Record configuration) {
    try {
      return yaml.writeValueAsString(configuration);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String variable(String name, ConfigKeys keys) {
    String rest = name.substring(PREFIX.length());
    return keys.ofVariable(rest)
        .orElseThrow(
            () -> {
              String guess = rest.toLowerCase(java.util.Locale.ROOT).replace('_', '-');
              return new ConfigException(
                  "environment "
                      + name
                      + ": unknown key; did you mean "
                      + PREFIX
                      + ConfigKeys.variable(keys.nearest(guess))
                      + "?");
            });
  }

  private static void merge(ObjectNode base, ObjectNode over) {
    over.properties()
        .forEach(
            entry -> {
              JsonNode below = base.get(entry.getKey());
              // a group or map whose keys are all commented out is empty: it changes nothing
              if (below instanceof ObjectNode && isEmpty(entry.getValue())) {
                return;
              }
              if (below instanceof ObjectNode b && entry.getValue() instanceof ObjectNode o) {
                merge(b, o);
              } else {
                base.set(entry.getKey(), entry.getValue());
              }
            });
  }

  /** YAML's parser gives "" for a key without a value. */
  private static boolean isEmpty(JsonNode node) {
    return node.isNull() || (node.isTextual() && node.textValue().isEmpty());
  }

  private void set(ObjectNode tree, String path, String text, ConfigKeys keys) {
    String group = keys.map(path).orElse(path.substring(0, Math.max(0, path.lastIndexOf('.'))));
    ObjectNode node = tree;
    for (String step : group.isEmpty() ? new String[0] : group.split("\\.", -1)) {
      node = node.get(step) instanceof ObjectNode child ? child : node.putObject(step);
    }
    node.set(
        group.isEmpty() ? path : path.substring(group.length() + 1),
        keys.isText(path) ? new TextNode(text) : scalar(text));
  }

  private JsonNode scalar(String text) {
    try {
      return yaml.readTree(text);
    } catch (JsonProcessingException e) {
      return new TextNode(text);
    }
  }

  private <T extends Record> T bind(ObjectNode tree, Class<T> type, Map<String, String> places) {
    try (JsonParser parser = yaml.treeAsTokens(tree)) {
      return yaml.readValue(parser, type);
    } catch (JsonMappingException e) {
      String path =
          e.getPath().stream()
              .map(r -> r.getFieldName() == null ? "[" + r.getIndex() + "]" : r.getFieldName())
              .collect(Collectors.joining("."));
      throw new ConfigException(place(path, places) + reason(e));
    } catch (java.io.IOException e) {
      throw new ConfigException("configuration cannot be read: " + e.getMessage());
    }
  }

  /** The key with where it was set; for a group, where the keys in it were. */
  private static String place(String path, Map<String, String> places) {
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
    return (there.isEmpty() ? "" : there + ": ") + (path.isEmpty() ? "" : path + ": ");
  }

  private static String reason(JsonMappingException e) {
    if (e instanceof ValueInstantiationException && e.getCause() != null) {
      return String.valueOf(e.getCause().getMessage());
    }
    if (e instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
      String message = e.getOriginalMessage().lines().findFirst().orElse("");
      return "expected " + kind(mismatch.getTargetType()) + ": " + message;
    }
    return e.getOriginalMessage().lines().findFirst().orElse("");
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
    return type.isEnum()
        ? "one of " + java.util.Arrays.toString(type.getEnumConstants())
        : "a " + type.getSimpleName();
  }
}
