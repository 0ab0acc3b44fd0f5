package dev.dataengine.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * The reference of all keys in Markdown: a table of the keys without a group, and a section with
 * one for each group. A pure function of the records' definitions and the defaults.
 */
public final class ConfigReference {

  private final Class<? extends Record> type;
  private final JsonNode defaults;

  private ConfigReference(Class<? extends Record> type, JsonNode defaults) {
    this.type = type;
    this.defaults = defaults;
  }

  /**
   * @throws IllegalStateException where a component has no {@link Key}, or not a sound one
   */
  public static String of(Record defaults) {
    return new ConfigReference(defaults.getClass(), ConfigLoader.tree(defaults)).text();
  }

  private String text() {
    List<String> sections = new ArrayList<>();
    sections.add(table(rows("", type, defaults, false)));
    for (KeyDefinition group : Keys.of(type)) {
      if (group.type().isRecord()) {
        sections.add(
            "### `%s`\n\n%s\n\n%s"
                .formatted(
                    group.name(),
                    sentence(group.key().doc()),
                    table(
                        rows(
                            group.name() + ".", group.type(), defaults.path(group.name()), true))));
      }
    }
    return String.join("\n", sections);
  }

  private static String table(List<String> rows) {
    return "| key | default | allowed | what |\n| --- | --- | --- | --- |\n"
        + rows.stream().map(row -> row + "\n").collect(Collectors.joining());
  }

  private static List<String> rows(
      String prefix, Class<?> type, JsonNode defaults, boolean withGroups) {
    List<String> rows = new ArrayList<>();
    for (KeyDefinition definition : Keys.of(type)) {
      JsonNode value = defaults.path(definition.name());
      if (!definition.type().isRecord()) {
        rows.add(row(prefix, definition, value));
      } else if (withGroups) {
        rows.addAll(rows(prefix + definition.name() + ".", definition.type(), value, true));
      }
    }
    return rows;
  }

  private static String row(String prefix, KeyDefinition definition, JsonNode value) {
    boolean map = Map.class.isAssignableFrom(definition.type());
    return "| `%s` | %s | %s | %s |"
        .formatted(
            prefix + definition.name() + (map ? ".*" : ""),
            shown(definition, value),
            cell(allowed(definition)),
            cell(definition.key().doc()));
  }

  private static String shown(KeyDefinition definition, JsonNode value) {
    String text = text(value);
    if (text.isEmpty()) {
      return cell(definition.key().empty());
    }
    return definition.isSecret() ? Secrets.MASK : "`" + cell(text) + "`";
  }

  private static String text(JsonNode value) {
    if (value.isNumber()) {
      return value.isIntegralNumber()
          ? value.asText()
          : value.decimalValue().stripTrailingZeros().toString().toLowerCase(java.util.Locale.ROOT);
    }
    if (value.isArray()) {
      return value.isEmpty()
          ? ""
          : StreamSupport.stream(value.spliterator(), false)
              .map(JsonNode::asText)
              .collect(Collectors.joining(", ", "[", "]"));
    }
    return value.isObject() ? "" : value.asText();
  }

  private static String allowed(KeyDefinition definition) {
    String values;
    if (definition.type().isEnum()) {
      values =
          Arrays.stream(definition.type().getEnumConstants())
              .map(constant -> "`" + ConfigLoader.tree(constant).asText() + "`")
              .collect(Collectors.joining(", "));
    } else if (definition.type() == boolean.class) {
      values = "`true`, `false`";
    } else if (definition.key().oneOf().length > 0) {
      values =
          Arrays.stream(definition.key().oneOf())
              .map(text -> "`" + text + "`")
              .collect(Collectors.joining(", "));
    } else {
      values = definition.key().range() + definition.key().expected();
    }
    return values + (definition.isSecret() ? (values.isEmpty() ? "" : "; ") + "never shown" : "");
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace("\n", " ");
  }

  private static String sentence(String text) {
    String begun = Character.toUpperCase(text.charAt(0)) + text.substring(1);
    return begun.endsWith(".") ? begun : begun + ".";
  }
}
