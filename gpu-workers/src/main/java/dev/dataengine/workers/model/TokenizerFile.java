package dev.dataengine.workers.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * {@code tokenizer.json} as Hugging Face's tokenizers write it.
 *
 * @param file where it was read
 * @param json its content
 */
record TokenizerFile(Path file, ObjectNode json) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Of noncharacters, which Unicode keeps out of text; where they come all the same it is refused.
   */
  private static final String NOBODY_WRITES = "\uFDD0\uFDD1%d\uFDD2";

  static TokenizerFile read(Path file) throws IOException {
    try {
      if (JSON.readTree(Files.readAllBytes(file)) instanceof ObjectNode json
          && json.path("model").isObject()) {
        return new TokenizerFile(file, json);
      }
    } catch (JsonProcessingException e) {
      throw new IOException(file + ": no JSON: " + e.getOriginalMessage(), e);
    }
    throw new IOException(file + ": expected a tokenizer with a model, got none");
  }

  /** Ids of the control tokens, by their text; the one for unknown characters is none. */
  Map<String, Long> control() {
    Map<String, Long> control = new HashMap<>();
    for (JsonNode added : json.path("added_tokens")) {
      if (added.path("special").asBoolean()) {
        control.put(added.path("content").asText(), added.path("id").asLong());
      }
    }
    control.remove(json.path("model").path("unk_token").asText());
    OptionalLong unknown = id(json.path("model").path("unk_id"));
    control.values().removeIf(id -> unknown.equals(OptionalLong.of(id)));
    return control;
  }

  private static OptionalLong id(JsonNode node) {
    return node.isIntegralNumber() ? OptionalLong.of(node.asLong()) : OptionalLong.empty();
  }

  /** Id of a token, added or ordinary. */
  OptionalLong id(String token) {
    for (JsonNode added : json.path("added_tokens")) {
      if (added.path("content").asText().equals(token)) {
        return id(added.path("id"));
      }
    }
    return id(json.path("model").path("vocab").path(token));
  }

  /**
   * Checks that every ordinary token has a row in the embedding; added ones may lie beyond it as
   * long as no text has them.
   *
   * @param rows of the embedding
   */
  void requireOrdinaryBelow(int rows) throws IOException {
    JsonNode vocabulary = json.path("model").path("vocab");
    if (vocabulary.isArray() && vocabulary.size() > rows) {
      throw beyond(vocabulary.get(rows).path(0).asText(), rows, rows);
    }
    for (Map.Entry<String, JsonNode> token : vocabulary.properties()) {
      long id = token.getValue().asLong();
      if ((id < 0 || id >= rows) && !isAdded(id)) {
        throw beyond(token.getKey(), id, rows);
      }
    }
  }

  private boolean isAdded(long id) {
    for (JsonNode added : json.path("added_tokens")) {
      if (added.path("id").asLong() == id) {
        return true;
      }
    }
    return false;
  }

  private IOException beyond(String token, long id, int rows) {
    return new IOException(
        "%s: token '%s' has id %d, but the embedding has %d rows by config.json's text_config.vocab_size; tokenizer and weights are of two models: put the files of one into the directory"
            .formatted(file, token, id, rows));
  }

  /**
   * The same tokenizer for text from outside: control tokens are text to it, as are those that a
   * user's question spells out. One that is in the vocabulary anyway is no longer added; any other
   * keeps its place under a name that nobody writes, since ids are given out in the order of
   * places.
   */
  String forText() {
    Set<String> ordinary = ordinary();
    ObjectNode text = json.deepCopy();
    ArrayNode added = JSON.createArrayNode();
    for (JsonNode token : json.path("added_tokens")) {
      if (!token.path("special").asBoolean()) {
        added.add(token);
      } else if (!ordinary.contains(token.path("content").asText())) {
        ObjectNode hidden = token.deepCopy();
        hidden.put("content", NOBODY_WRITES.formatted(added.size())).put("normalized", false);
        added.add(hidden);
      }
    }
    text.set("added_tokens", added);
    // these put tokens around a text, or cut it off
    text.putNull("post_processor");
    text.putNull("truncation");
    text.putNull("padding");
    return text.toString();
  }

  private Set<String> ordinary() {
    JsonNode vocabulary = json.path("model").path("vocab");
    Set<String> ordinary = new HashSet<>();
    vocabulary.properties().forEach(token -> ordinary.add(token.getKey()));
    if (vocabulary.isArray()) {
      vocabulary.forEach(piece -> ordinary.add(piece.path(0).asText()));
    }
    return ordinary;
  }
}
