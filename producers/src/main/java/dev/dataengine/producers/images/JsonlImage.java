package dev.dataengine.producers.images;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dataengine.events.AnnotatedQuestion;
import dev.dataengine.events.BoundingBox;
import dev.dataengine.events.Image;
import dev.dataengine.events.ImageObject;
import dev.dataengine.image.ImageLimits;
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

  /** Bytes of an image in a line, decoded: what an event takes. */
  static final int LARGEST_INLINE = 256 * 1024;

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
    Image.Builder image = pixels(file, line, json, id, source, inlineBytes);
    List<ImageObject> all = objects(file, line, json);
    Set<ImageObject> kept = Boxes.onImage(all, image.getWidth(), image.getHeight());
    Map<String, String> attributes = attributes(file, line, json.path("attributes"));
    if (kept.size() < Set.copyOf(all).size()) {
      attributes.put("objects", "partial");
    }
    return image
        .setObjects(List.copyOf(kept))
        .setCaptions(texts(file, line, json, "captions"))
        .setQuestions(questions(file, line, json))
        .setAttributes(attributes);
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
    int width = side(file, line, json, "width");
    int height = side(file, line, json, "height");
    ImageLimits.requireSize(width, height);
    return Image.newBuilder()
        .setImageId(id)
        .setSource(source)
        .setUri(URI.create(JsonLines.text(file, line, json, "uri")).toString())
        .setSha256(JsonLines.text(file, line, json, "sha256"))
        .setWidth(width)
        .setHeight(height);
  }

  private static int side(Path file, int line, JsonNode json, String field) {
    double side = JsonLines.number(file, line, json, field);
    if (side != Math.rint(side)) {
      throw InputRefusedException.of(file, line, field + ": expected a whole number, got " + side);
    }
    return (int) side;
  }

  private static Path imageFile(Path file, int line, JsonNode json) {
    return file.toAbsolutePath().resolveSibling(JsonLines.text(file, line, json, "path"));
  }

  private static byte[] decode(Path file, int line, JsonNode json) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(JsonLines.text(file, line, json, "bytes"));
    } catch (IllegalArgumentException e) {
      throw InputRefusedException.of(file, line, "bytes: expected base64: " + e.getMessage());
    }
    if (bytes.length > LARGEST_INLINE) {
      throw InputRefusedException.of(
          file,
          line,
          "bytes: expected at most %d bytes in a line, got %d; name a file by path"
              .formatted(LARGEST_INLINE, bytes.length));
    }
    return bytes;
  }

  private static List<ImageObject> objects(Path file, int line, JsonNode json) {
    List<ImageObject> objects = new ArrayList<>();
    for (JsonNode object : JsonLines.array(file, line, json, "objects")) {
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
    return Boxes.read(bbox)
        .orElseThrow(
            () ->
                InputRefusedException.of(
                    file, line, "bbox: expected [x, y, width, height] in pixels, got " + bbox));
  }

  private static List<AnnotatedQuestion> questions(Path file, int line, JsonNode json) {
    List<AnnotatedQuestion> questions = new ArrayList<>();
    for (JsonNode question : JsonLines.array(file, line, json, "questions")) {
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
    if (json.path(field).isTextual()) {
      return List.of(json.path(field).textValue());
    }
    for (JsonNode text : JsonLines.array(file, line, json, field)) {
      if (!text.isTextual()) {
        throw InputRefusedException.of(file, line, field + ": expected texts, got " + text);
      }
      texts.add(text.textValue());
    }
    return texts;
  }

  private static Map<String, String> attributes(Path file, int line, JsonNode json) {
    if (!json.isObject() && !json.isMissingNode() && !json.isNull()) {
      throw InputRefusedException.of(
          file, line, "attributes: expected an object, got " + JsonLines.shown(json));
    }
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
