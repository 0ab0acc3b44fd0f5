package dev.dataengine.producers.images;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dataengine.events.BoundingBox;
import dev.dataengine.events.Image;
import dev.dataengine.events.ImageObject;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Cornell NLVR version 1 (Suhr et al., 2017): 400 by 100 pixels with three boxes of 100 by 100, 50
 * apart. An object's {@code x_loc}, {@code y_loc} and {@code size} are the left and top edge and
 * the side of its bounding box, in pixels of its box; checked against the pixels of all objects of
 * the dev split.
 */
final class NlvrSource implements ImageSource {

  private static final int BOX_STEP = 150;
  private static final List<String> BOXES = List.of("left", "middle", "right");
  private static final Map<String, String> COLORS =
      Map.of("Yellow", "yellow", "Black", "black", "#0099ff", "blue");
  private static final Map<Integer, String> SIZES = Map.of(10, "small", 20, "medium", 30, "large");

  private final List<Row> rows = new ArrayList<>();
  private final int inlineBytes;

  private record Row(
      String id, Path image, String source, List<ImageObject> objects, List<String> captions) {}

  /**
   * @param dir the corpus with its splits, or one split
   */
  NlvrSource(Path dir, int inlineBytes) {
    this.inlineBytes = inlineBytes;
    for (String split : List.of("dev", "test")) {
      for (Path splitDir : List.of(dir.resolve(split), dir)) {
        Path file = splitDir.resolve(split + ".json");
        if (Files.isRegularFile(file)) {
          read(splitDir, split, file);
        }
      }
    }
    if (rows.isEmpty()) {
      throw InputRefusedException.of(
          dir, "expected dev.json or test.json of NLVR here or under dev/ or test/");
    }
  }

  private void read(Path dir, String split, Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (MalformedInputException e) {
      throw InputRefusedException.of(file, "expected text in UTF-8");
    } catch (IOException e) {
      throw InputRefusedException.of(file, "cannot be read: " + e);
    }
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < lines.size(); i++) {
      Row row = row(dir, split, file, i + 1, lines.get(i));
      if (seen.add(row.id())) {
        rows.add(row);
      }
    }
  }

  private static Row row(Path dir, String split, Path file, int line, String text) {
    JsonNode json = JsonLines.object(file, line, text);
    String identifier = JsonLines.text(file, line, json, "identifier");
    Path image = dir.resolve("images").resolve(split + "-" + identifier + "-0.png");
    if (!Files.isRegularFile(image)) {
      throw InputRefusedException.of(file, line, "there is no image " + image);
    }
    String label = JsonLines.text(file, line, json, "label");
    String sentence = JsonLines.text(file, line, json, "sentence");
    JsonNode boxes = json.path("structured_rep");
    if (boxes.size() != BOXES.size()) {
      throw InputRefusedException.of(
          file, line, "structured_rep: expected three boxes, got " + boxes.size());
    }
    List<ImageObject> objects = new ArrayList<>();
    for (int box = 0; box < BOXES.size(); box++) {
      for (JsonNode object : boxes.get(box)) {
        objects.add(object(file, line, object, box));
      }
    }
    return new Row(
        "nlvr-" + split + "-" + identifier,
        image,
        "nlvr:" + split,
        objects,
        label.equals("true") ? List.of(sentence) : List.of());
  }

  private static ImageObject object(Path file, int line, JsonNode json, int box) {
    String color = COLORS.get(JsonLines.text(file, line, json, "color"));
    int side = (int) JsonLines.number(file, line, json, "size");
    String size = SIZES.get(side);
    if (color == null || size == null) {
      throw InputRefusedException.of(
          file,
          line,
          "expected a color of " + COLORS.keySet() + " and a size of 10, 20 or 30, got " + json);
    }
    return ImageObject.newBuilder()
        .setCategory(JsonLines.text(file, line, json, "type"))
        .setBbox(
            BoundingBox.newBuilder()
                .setX(box * BOX_STEP + JsonLines.number(file, line, json, "x_loc"))
                .setY(JsonLines.number(file, line, json, "y_loc"))
                .setWidth(side)
                .setHeight(side)
                .build())
        .setAttributes(Map.of("color", color, "size", size, "box", BOXES.get(box)))
        .build();
  }

  @Override
  public int size() {
    return rows.size();
  }

  @Override
  public String id(int index) {
    return rows.get(index).id();
  }

  @Override
  public Image image(int index, Instant publishedAt) throws IOException {
    Row row = rows.get(index);
    return EncodedImage.read(row.image())
        .event(row.id(), row.source(), inlineBytes)
        .setObjects(row.objects())
        .setCaptions(row.captions())
        .setPublishedAt(publishedAt)
        .build();
  }
}
