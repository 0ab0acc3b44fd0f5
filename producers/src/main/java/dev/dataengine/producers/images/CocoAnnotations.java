package dev.dataengine.producers.images;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Reads the arrays of a COCO file as a stream: its files are larger than memory should be. */
final class CocoAnnotations {

  /**
   * An element is followed by others: no error here. NaN, which Python writes, is read so that the
   * element that has it can be named.
   */
  private static final ObjectReader ELEMENT =
      JsonLines.JSON
          .reader()
          .without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .with(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS);

  private CocoAnnotations() {}

  /**
   * Hands every element of the named arrays on; all else is skipped.
   *
   * @throws InputRefusedException where the file is missing or malformed
   */
  static void read(Path file, Map<String, Consumer<CocoElement>> arrays) {
    if (!Files.isRegularFile(file)) {
      throw InputRefusedException.of(file, "there is no such file");
    }
    try (JsonParser parser = ELEMENT.createParser(file.toFile())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw InputRefusedException.of(file, 1, "expected a JSON object in COCO's format");
      }
      Set<String> missing = new TreeSet<>(arrays.keySet());
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        Consumer<CocoElement> consumer = arrays.get(name);
        parser.nextToken();
        if (consumer == null) {
          parser.skipChildren();
        } else {
          elements(file, parser, name, consumer);
          missing.remove(name);
        }
      }
      if (!missing.isEmpty()) {
        throw InputRefusedException.of(
            file,
            "expected the arrays %s, %s missing"
                .formatted(
                    new TreeSet<>(arrays.keySet()),
                    String.join(" and ", missing) + (missing.size() == 1 ? " is" : " are")));
      }
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      throw InputRefusedException.of(file, line, "not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw InputRefusedException.of(file, "cannot be read: " + e);
    }
  }

  private static void elements(
      Path file, JsonParser parser, String name, Consumer<CocoElement> consumer)
      throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw InputRefusedException.of(
          file,
          parser.currentLocation().getLineNr(),
          name + ": expected an array, got " + kind(parser.currentToken()));
    }
    int index = 0;
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      int line = parser.currentLocation().getLineNr();
      if (token != JsonToken.START_OBJECT) {
        String got = token == null ? "the end of the file" : kind(token);
        throw InputRefusedException.of(
            file, line, name + "[" + index + "]: expected an object, got " + got);
      }
      JsonNode element = ELEMENT.readTree(parser);
      consumer.accept(new CocoElement(file, name, index++, line, element));
    }
  }

  private static String kind(JsonToken token) {
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_NULL -> "null";
      default ->
          "a "
              + token
                  .name()
                  .replace("VALUE_", "")
                  .replace('_', ' ')
                  .toLowerCase(java.util.Locale.ROOT);
    };
  }
}
