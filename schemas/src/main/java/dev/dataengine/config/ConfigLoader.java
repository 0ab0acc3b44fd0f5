package dev.dataengine.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
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

  private static final ObjectMapper YAML =
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

  /** The same without where keys were set. */
  public <T extends Record> T load(T defaults, Optional<Path> file, List<String> settings) {
    return read(defaults, file, Flag.settings(settings)).config();
  }

  /**
   * @param defaults what holds where no layer says otherwise
   * @param flags the later wins
   * @throws ConfigException with one line that says where and why, and shows no secret
   */
  public <T extends Record> Loaded<T> read(T defaults, Optional<Path> file, List<Flag> flags) {
    @SuppressWarnings("unchecked") // a record's class is final: T is exactly its class
    Class<T> type = (Class<T>) defaults.getClass();
    ConfigKeys keys = new ConfigKeys(type);
    Map<String, String> places = new HashMap<>();
    ObjectNode tree = YAML.valueToTree(defaults);
    file.ifPresent(
        path -> {
          ConfigFile read = ConfigFile.read(path, keys, YAML);
          places.putAll(read.places());
          if (read.tree() instanceof ObjectNode over) {
            merge(tree, over);
          }
        });
    new TreeMap<>(environment)
        .forEach(
            (name, value) -> {
              if (name.startsWith(PREFIX) && !NOT_KEYS.contains(name)) {
                String key = variable(name, keys);
                set(tree, key, value, keys);
                places.put(key, "environment " + name);
              }
            });
    for (Flag flag : flags) {
      if (!keys.has(flag.key()) || keys.isGroup(flag.key())) {
        throw new ConfigException(
            flag.origin() + " is no key; did you mean '" + keys.nearest(flag.key()) + "'?");
      }
      set(tree, flag.key(), flag.value(), keys);
      places.put(flag.key(), flag.origin());
    }
    T config = bind(tree, type, new BindErrors(keys, places));
    places.keySet().removeIf(keys::isGroup);
    return new Loaded<>(config, places);
  }

  /** The configuration as YAML with every key, as the file takes it; secrets are masked. */
  public String print(Record configuration) {
    try {
      ConfigKeys keys = new ConfigKeys(configuration.getClass());
      return YAML.writeValueAsString(mask("", YAML.valueToTree(configuration), keys));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As it would stand in a file. */
  static JsonNode tree(Object value) {
    return YAML.valueToTree(value);
  }

  private static JsonNode mask(String path, JsonNode node, ConfigKeys keys) {
    if (node instanceof ObjectNode group) {
      group
          .properties()
          .forEach(
              entry ->
                  entry.setValue(
                      mask(
                          path.isEmpty() ? entry.getKey() : path + "." + entry.getKey(),
                          entry.getValue(),
                          keys)));
      return group;
    }
    if (keys.isSecret(path)) {
      return new TextNode(Secrets.MASK);
    }
    return node.isTextual() ? new TextNode(Secrets.masked(node.textValue())) : node;
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
                      + " is no key; did you mean "
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
      return YAML.readTree(text);
    } catch (JsonProcessingException e) {
      return new TextNode(text);
    }
  }

  private <T extends Record> T bind(ObjectNode tree, Class<T> type, BindErrors errors) {
    try (JsonParser parser = YAML.treeAsTokens(tree)) {
      return YAML.readValue(parser, type);
    } catch (JsonMappingException e) {
      throw errors.told(e);
    } catch (java.io.IOException e) {
      throw new ConfigException("configuration cannot be read: " + e.getMessage());
    }
  }
}
