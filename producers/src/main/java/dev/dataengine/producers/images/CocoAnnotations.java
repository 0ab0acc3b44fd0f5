package dev.dataengine.producers.images;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.ObjIntConsumer;

/** Reads the arrays of a COCO file as a stream: its files are larger than memory should be. */
final class CocoAnnotations {

  /** An element is followed by others: no error here. */
  private static final ObjectReader ELEMENT =
      JsonLines.JSON.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private CocoAnnotations() {}

  /**
   * Hands every element of the named arrays on with its line; all else is skipped.
   *
   * @throws InputRefusedException where the file is missing or malformed
   */
  static void read(Path file, Map<String, ObjIntConsumer<JsonNode>> arrays) {
    if (!Files.isRegularFile(file)) {
      throw InputRefusedException.of(file, "there is no such file");
    }
    try (JsonParser parser = JsonLines.JSON.getFactory().createParser(file.toFile())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw InputRefusedException.of(file, 1, "expected a JSON object in COCO's format");
      }
      int found = 0;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        ObjIntConsumer<JsonNode> consumer = arrays.get(parser.currentName());
        parser.nextToken();
        if (consumer == null) {
          parser.skipChildren();
        } else {
          elements(file, parser, consumer);
          found++;
        }
      }
      if (found < arrays.size()) {
        throw InputRefusedException.of(
            file, "expected the arrays " + arrays.keySet().stream().sorted().toList());
      }
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      throw InputRefusedException.of(file, line, "not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw InputRefusedException.of(file, "cannot be read: " + e);
    }
  }

  private static void elements(Path file, JsonParser parser, ObjIntConsumer<JsonNode> consumer)
      throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw InputRefusedException.of(
          file, parser.currentLocation().getLineNr(), "expected an array");
    }
    while (parser.nextToken() == JsonToken.START_OBJECT) {
      int line = parser.currentLocation().getLineNr();
      JsonNode element = ELEMENT.readTree(parser);
      consumer.accept(element, line);
    }
  }
}
