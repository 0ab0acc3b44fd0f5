package dev.dataengine.producers.images;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;

/** JSON of inputs, read with messages that say where. */
final class JsonLines {

  static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final int LONGEST_SHOWN = 200;

  private JsonLines() {}

  static JsonNode object(Path file, int line, String text) {
    try {
      JsonNode node = JSON.readTree(text);
      if (!node.isObject()) {
        throw InputRefusedException.of(file, line, "expected a JSON object");
      }
      return node;
    } catch (JsonProcessingException e) {
      throw InputRefusedException.of(file, line, "not JSON: " + e.getOriginalMessage());
    }
  }

  static String text(Path file, int line, JsonNode object, String field) {
    JsonNode value = object.path(field);
    if (!value.isTextual() || value.textValue().isBlank()) {
      throw InputRefusedException.of(file, line, field + ": expected text, got " + shown(value));
    }
    return value.textValue();
  }

  static double number(Path file, int line, JsonNode object, String field) {
    JsonNode value = object.path(field);
    if (!value.isNumber()) {
      throw InputRefusedException.of(
          file, line, field + ": expected a number, got " + shown(value));
    }
    return value.doubleValue();
  }

  /** The elements of an array; none where there is none. */
  static Iterable<JsonNode> array(Path file, int line, JsonNode object, String field) {
    JsonNode value = object.path(field);
    if (!value.isArray() && !value.isMissingNode() && !value.isNull()) {
      throw InputRefusedException.of(
          file, line, field + ": expected an array, got " + shown(value));
    }
    return value;
  }

  /** For a message, so not whole where it is long. */
  static String shown(JsonNode value) {
    String text = value.isMissingNode() ? "nothing" : value.toString();
    return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "…";
  }
}
