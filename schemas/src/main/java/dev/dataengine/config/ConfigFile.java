package dev.dataengine.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A YAML file, its keys checked, with the line of every key for later messages. */
record ConfigFile(JsonNode tree, Map<String, String> places) {

  static ConfigFile read(Path file, ConfigKeys keys, ObjectMapper yaml) {
    Map<String, String> places = new HashMap<>();
    try {
      String text = Files.readString(file);
      try (JsonParser parser = yaml.getFactory().createParser(text)) {
        for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
          if (token == JsonToken.FIELD_NAME) {
            check(file, keys, places, parser);
          }
        }
      }
      JsonNode tree = yaml.readTree(text);
      if (!tree.isObject() && !tree.isNull() && !(tree instanceof MissingNode)) {
        throw new ConfigException(file + ":1: expected keys and values, got " + tree.getNodeType());
      }
      return new ConfigFile(tree, places);
    } catch (JsonProcessingException e) {
      throw new ConfigException(
          place(file, e.getLocation()) + ": " + Secrets.masked(firstLine(e.getOriginalMessage())));
    } catch (IOException e) {
      throw new ConfigException(file + ": cannot be read: " + e);
    }
  }

  private static void check(
      Path file, ConfigKeys keys, Map<String, String> places, JsonParser parser)
      throws IOException {
    JsonStreamContext context = parser.getParsingContext();
    StringBuilder path = new StringBuilder(parser.currentName());
    for (JsonStreamContext outer = context.getParent();
        outer != null && !outer.inRoot();
        outer = outer.getParent()) {
      if (outer.inArray()) {
        return;
      }
      path.insert(0, outer.getCurrentName() + ".");
    }
    String key = path.toString();
    String place = place(file, parser.currentTokenLocation());
    String shown = Secrets.shownKey(key);
    if (!keys.has(key)) {
      throw new ConfigException(
          place + ": unknown key '" + shown + "'; did you mean '" + keys.nearest(shown) + "'?");
    }
    String name = parser.currentName();
    boolean ofMap = keys.map(key).filter(map -> key.startsWith(map + "." + name)).isPresent();
    if (name.contains(".") && !ofMap) {
      throw new ConfigException(
          place + ": '" + shown + "': in a file a key is nested, each part on a line of its own");
    }
    places.put(key, place);
  }

  private static String place(Path file, JsonLocation location) {
    return location == null ? file.toString() : file + ":" + location.getLineNr();
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("not YAML");
  }
}
