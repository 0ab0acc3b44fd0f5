package dev.dataengine.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The keys that a configuration record has, read off its components: a record is a group, a map
 * takes any key, everything else is a value. Keys are kebab-case, joined by dots.
 */
final class ConfigKeys {

  private final Map<String, Type> keys = new LinkedHashMap<>();
  private final Map<String, Type> maps = new LinkedHashMap<>();
  private final Map<String, Type> groups = new LinkedHashMap<>();
  private final Set<String> secrets = new HashSet<>();

  ConfigKeys(Class<? extends Record> root) {
    add("", root);
  }

  private void add(String prefix, Class<?> type) {
    for (RecordComponent component : type.getRecordComponents()) {
      String path = prefix + KeyDefinition.kebab(component.getName());
      Key key = component.getAnnotation(Key.class);
      if (key != null && key.secret()) {
        secrets.add(path);
      }
      if (component.getType().isRecord()) {
        groups.put(path, component.getType());
        add(path + ".", component.getType());
      } else if (Map.class.isAssignableFrom(component.getType())) {
        maps.put(path, component.getGenericType());
      } else {
        keys.put(path, component.getGenericType());
      }
    }
  }

  /** Whether the path is a value, a group, a map or a key of a map. */
  boolean has(String path) {
    return keys.containsKey(path)
        || maps.containsKey(path)
        || groups.containsKey(path)
        || map(path).isPresent();
  }

  boolean isGroup(String path) {
    return groups.containsKey(path);
  }

  /** Whether the path is a value: no group, no map. */
  boolean isValue(String path) {
    return keys.containsKey(path) || map(path).isPresent();
  }

  /** Whether the value must not be shown. */
  boolean isSecret(String path) {
    return secrets.contains(path) || Secrets.isSecret(path);
  }

  /** The map that a path lies in. */
  Optional<String> map(String path) {
    return maps.keySet().stream().filter(map -> path.startsWith(map + ".")).findFirst();
  }

  /** Whether the value is text, so that a flag's value is taken as it is written. */
  boolean isText(String path) {
    Type type = keys.get(path);
    if (type == null) {
      Type map = map(path).map(maps::get).orElse(null);
      type = map instanceof ParameterizedType p ? p.getActualTypeArguments()[1] : String.class;
    }
    return type == String.class || type == java.nio.file.Path.class || type == java.net.URI.class;
  }

  /** The path that an environment variable's name (without its prefix) stands for. */
  Optional<String> ofVariable(String name) {
    Optional<String> key = keys.keySet().stream().filter(k -> variable(k).equals(name)).findFirst();
    return key.isPresent()
        ? key
        : maps.keySet().stream()
            .filter(map -> name.startsWith(variable(map) + "_"))
            .findFirst()
            .map(map -> map + "." + mapKey(name.substring(variable(map).length() + 1)));
  }

  /** Kafka's settings are lower case words joined by dots. */
  private static String mapKey(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', '.');
  }

  static String variable(String path) {
    return path.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  /** The known key with the fewest edits to the unknown one. */
  String nearest(String unknown) {
    for (String map : maps.keySet()) {
      String last = map.substring(map.lastIndexOf('.') + 1);
      if (unknown.startsWith(last + ".")) {
        return map + unknown.substring(last.length()); // a setting of theirs without its group
      }
    }
    Map<String, Type> all = new LinkedHashMap<>(keys);
    all.putAll(maps);
    all.putAll(groups);
    return nearest(unknown, all.keySet());
  }

  private static String nearest(String unknown, Collection<String> known) {
    return known.stream()
        .min(Comparator.comparingInt(key -> distance(unknown, key)))
        .orElse("(there are no keys)");
  }

  /** Levenshtein's edit distance, two rows. */
  private static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(previous[j - 1] + change, 1 + Math.min(previous[j], row[j - 1]));
      }
      previous = row;
    }
    return previous[b.length()];
  }
}
