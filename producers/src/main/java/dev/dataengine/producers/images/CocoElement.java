package dev.dataengine.producers.images;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dataengine.events.BoundingBox;
import java.nio.file.Path;

/**
 * One element of an array of a COCO file, which says what is wrong with it where it is.
 *
 * @param array name of the array
 * @param index in the array, from 0
 * @param line of the file, from 1; a file may have but one
 */
record CocoElement(Path file, String array, int index, int line, JsonNode json) {

  InputRefusedException refused(String reason) {
    JsonNode id = json.path("id");
    String named = id.isValueNode() ? " (id " + id.asText() + ")" : "";
    return InputRefusedException.of(file, line, array + "[" + index + "]" + named + ": " + reason);
  }

  String text(String field) {
    JsonNode value = json.path(field);
    if (!value.isTextual() || value.textValue().isBlank()) {
      throw refused(field + ": expected text, got " + JsonLines.shown(value));
    }
    return value.textValue();
  }

  /** A whole number. */
  long id(String field) {
    JsonNode value = json.path(field);
    if (!value.isNumber() || value.doubleValue() != Math.rint(value.doubleValue())) {
      throw refused(field + ": expected a whole number, got " + JsonLines.shown(value));
    }
    return value.longValue();
  }

  /** A box around many. */
  boolean isCrowd() {
    JsonNode crowd = json.path("iscrowd");
    return switch (crowd.isMissingNode() || crowd.isNull() ? "0" : crowd.asText()) {
      case "0", "false" -> false;
      case "1", "true" -> true;
      default -> throw refused("iscrowd: expected 0 or 1, got " + JsonLines.shown(crowd));
    };
  }

  BoundingBox box() {
    JsonNode box = json.path("bbox");
    if (box.isMissingNode() && json.has("caption")) {
      throw refused(
          "expected a bbox, got a caption: this is a file of captions, which goes third,"
              + " coco:IMAGES,INSTANCES.json,CAPTIONS.json");
    }
    return Boxes.read(box)
        .orElseThrow(
            () ->
                refused(
                    "bbox: expected [x, y, width, height], four finite numbers, got "
                        + JsonLines.shown(box)));
  }
}
