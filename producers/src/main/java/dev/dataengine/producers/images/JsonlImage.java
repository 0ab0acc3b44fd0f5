package dev.dataengine.producers.images;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dataengine.events.AnnotatedQuestion;
import dev.dataengine.events.BoundingBox;
import dev.dataengine.events.Image;
import dev.dataengine.events.ImageObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One line of a {@link JsonlSource}. */
final class JsonlImage {

  private static final Set<String> FIELDS =
      Set.of(
          "image_id",
          "path",
          "uri",
          "bytes",
          "width",
          "height",
          "sha256",
          "captions",
          "objects",
          "attributes",
          "questions");

  private JsonlImage() {}

  /** Checks everything but the pixels. */
  static void check(Path file, int line, JsonNode json) {
    json.fieldNames()
        .forEachRemaining(
            name -> {
              if (!FIELDS.contains(name)) {
                throw InputRefusedException.of(
                    file,
                    line,
                    "'"
                        + name
                        + "' is no field of an image; expected "
                        + FIELDS.stream().sorted().toList());
              }
            });
    long places = List.of("path", "uri", "bytes").stream().filter(json::has).count();
    if (places != 1) {
      throw InputRefusedException.of(
          file, line, "expected one of path, uri and bytes, got " + places);
    }
    if (json.has("path") && !Files.isRegularFile(imageFile(file, line, json))) {
      throw InputRefusedException.of(
          file, line, "path: there is no file " + imageFile(file, line, json));
    }
    if (json.has("uri")) {
      checkUri(file, line, json);
    }
    if (json.has("bytes")) {
      decode(file, line, json);
    }
    objects(file, line, json);
    questions(file, line, json);
    texts(file, line, json, "captions");
    attributes(file, line, json.path("attributes"));
  }

  private static void checkUri(Path file, int line, JsonNode json) {
    if (JsonLines.text(file, line, json, "sha256").matches("[0-9a-f]{64}")) {
      JsonLines.number(file, line, json, "width");
      JsonLines.number(file, line, json, "height");
      return;
    }
    throw InputRefusedException.of(
        file, line, "sha256: expected 64 lower-case hexadecimal digits with a uri");
  }

  static Image.Builder read(Path file, int line, JsonNode json, int inlineBytes)
      throws IOException {
    String id = JsonLines.text(file, line, json, "image_id");
    String source = "jsonl:" + file.getFileName();
    return pixels(file, line, json, id, source, inlineBytes)
        .setObjects(objects(file, line, json))
        .setCaptions(texts(file, line, json, "captions"))
        .setQuestions(questions(file, line, json))
        .setAttributes(attributes(file, line, json.path("attributes")));
  }

  private static Image.Builder pixels(
      Path file, int line, JsonNode json, String id, String source, int inlineBytes)
      throws IOException {
    if (json.has("path")) {
      return EncodedImage.read(imageFile(file, line, json)).event(id, source, inlineBytes);
    }
    if (json.has("bytes")) {
      return EncodedImage.of(decode(file, line, json), null).event(id, source, inlineBytes);
    }
    return Image.newBuilder()
        .setImageId(id)
        .setSource(source)
        .setUri(URI.create(JsonLines.text(file, line, json, "uri")).toString())
        .setSha256(JsonLines.text(file, line, json, "sha256"))
        .setWidth((int) JsonLines.number(file, line, json, "width"))
        .setHeight((int) JsonLines.number(file, line, json, "height"));
  }

  private static Path imageFile(Path file, int line, JsonNode json) {
    return file.toAbsolutePath().resolveSibling(JsonLines.text(file, line, json, "path"));
  }

  private static byte[] decode(Path file, int line, JsonNode json) {
    try {
      return Base64.getDecoder().decode(JsonLines.text(file, line, json, "bytes"));
    } catch (IllegalArgumentException e) {
      throw InputRefusedException.of(file, line, "bytes: expected base64: " + e.getMessage());
    }
  }

  private static List<ImageObject> objects(Path file, int line, JsonNode json) {
    List<ImageObject> objects = new ArrayList<>();
    for (JsonNode object : json.path("objects")) {
      objects.add(
          ImageObject.newBuilder()
              .setCategory(JsonLines.text(file, line, object, "category"))
              .setBbox(box(file, line, object.path("bbox")))
              .setAttributes(attributes(file, line, object.path("attributes")))
              .build());
    }
    return objects;
  }

  private static @Nullable BoundingBox box(Path file, int line, JsonNode bbox) {
    if (bbox.isMissingNode() || bbox.isNull()) {
      return null;
    }
    if (bbox.size() != 4 || !bbox.path(0).isNumber() || !bbox.path(3).isNumber()) {
      throw InputRefusedException.of(
          file, line, "bbox: expected [x, y, width, height] in pixels, got " + bbox);
    }
    return new BoundingBox(
        bbox.path(0).asDouble(),
        bbox.path(1).asDouble(),
        bbox.path(2).asDouble(),
        bbox.path(3).asDouble());
  }

  private static List<AnnotatedQuestion> questions(Path file, int line, JsonNode json) {
    List<AnnotatedQuestion> questions = new ArrayList<>();
    for (JsonNode question : json.path("questions")) {
      questions.add(
          AnnotatedQuestion.newBuilder()
              .setQuestion(JsonLines.text(file, line, question, "question"))
              .setAnswer(JsonLines.text(file, line, question, "answer"))
              .setQuestionType(JsonLines.text(file, line, question, "question_type"))
              .setDistractors(texts(file, line, question, "distractors"))
              .build());
    }
    return questions;
  }

  private static List<String> texts(Path file, int line, JsonNode json, String field) {
    List<String> texts = new ArrayList<>();
    for (JsonNode text : json.path(field)) {
      if (!text.isTextual()) {
        throw InputRefusedException.of(file, line, field + ": expected texts, got " + text);
      }
      texts.add(text.textValue());
    }
    return texts;
  }

  private static Map<String, String> attributes(Path file, int line, JsonNode json) {
    Map<String, String> attributes = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      if (!entry.getValue().isTextual()) {
        throw InputRefusedException.of(
            file, line, "attributes: expected texts, got " + entry.getValue());
      }
      attributes.put(entry.getKey(), entry.getValue().textValue());
    }
    return attributes;
  }
}
