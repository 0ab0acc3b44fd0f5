package dev.dataengine.producers.images;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dataengine.events.BoundingBox;
import dev.dataengine.events.Image;
import dev.dataengine.events.ImageObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Images annotated as COCO does: instances.json names images, categories and boxes, captions.json
 * captions. Holds the annotations (without outlines); image files are read as they are asked for.
 *
 * <p>A crowd is a box around many: it says neither how many nor where one is. It is left out, and
 * its image is then one of which not every object is annotated.
 */
final class CocoSource implements ImageSource {

  /** Image attributes that keep the rules from counting and from calling anything the only one. */
  private static final Map<String, String> PARTIAL = Map.of("objects", "partial");

  private record Entry(long id, Path file) {}

  private record Found(long category, BoundingBox box) {}

  private final int inlineBytes;
  private final List<Entry> images = new ArrayList<>();
  private final Map<Long, String> categories = new HashMap<>();
  private final Map<Long, List<Found>> objects = new HashMap<>();
  private final Set<Long> withCrowd = new HashSet<>();
  private final Map<Long, List<String>> captions = new HashMap<>();

  CocoSource(Path imageDir, Path instances, @Nullable Path captionFile, int inlineBytes) {
    this.inlineBytes = inlineBytes;
    if (!Files.isDirectory(imageDir)) {
      throw InputRefusedException.of(imageDir, "there is no such directory of images");
    }
    CocoAnnotations.read(
        instances,
        Map.of(
            "images", (json, line) -> addImage(imageDir, instances, json, line),
            "categories",
                (json, line) ->
                    categories.put(
                        (long) JsonLines.number(instances, line, json, "id"),
                        JsonLines.text(instances, line, json, "name")),
            "annotations", (json, line) -> addObject(instances, json, line)));
    if (images.isEmpty()) {
      throw InputRefusedException.of(instances, "images: expected at least one");
    }
    if (captionFile != null) {
      CocoAnnotations.read(
          captionFile,
          Map.of(
              "annotations",
              (json, line) ->
                  captions
                      .computeIfAbsent(
                          (long) JsonLines.number(captionFile, line, json, "image_id"),
                          k -> new ArrayList<>())
                      .add(JsonLines.text(captionFile, line, json, "caption").strip())));
    }
    requireCategories(instances);
  }

  private void addImage(Path imageDir, Path instances, JsonNode json, int line) {
    Path file = imageDir.resolve(JsonLines.text(instances, line, json, "file_name"));
    if (!Files.isRegularFile(file)) {
      throw InputRefusedException.of(instances, line, "file_name: there is no file " + file);
    }
    images.add(new Entry((long) JsonLines.number(instances, line, json, "id"), file));
  }

  private void addObject(Path instances, JsonNode json, int line) {
    if (json.path("iscrowd").asInt(0) != 0) {
      withCrowd.add((long) JsonLines.number(instances, line, json, "image_id"));
      return;
    }
    JsonNode box = json.path("bbox");
    if (box.size() != 4 || !box.path(0).isNumber()) {
      throw InputRefusedException.of(
          instances, line, "bbox: expected [x, y, width, height], got " + JsonLines.shown(box));
    }
    objects
        .computeIfAbsent(
            (long) JsonLines.number(instances, line, json, "image_id"), k -> new ArrayList<>())
        .add(
            new Found(
                (long) JsonLines.number(instances, line, json, "category_id"),
                new BoundingBox(
                    box.path(0).asDouble(),
                    box.path(1).asDouble(),
                    box.path(2).asDouble(),
                    box.path(3).asDouble())));
  }

  private void requireCategories(Path instances) {
    objects.values().stream()
        .flatMap(List::stream)
        .filter(found -> !categories.containsKey(found.category()))
        .findAny()
        .ifPresent(
            found -> {
              throw InputRefusedException.of(
                  instances, "annotations: there is no category with id " + found.category());
            });
  }

  @Override
  public int size() {
    return images.size();
  }

  @Override
  public String id(int index) {
    return "coco-" + images.get(index).id();
  }

  @Override
  public Image image(int index, Instant publishedAt) throws IOException {
    Entry entry = images.get(index);
    return EncodedImage.read(entry.file())
        .event(id(index), "coco", inlineBytes)
        .setCaptions(captions.getOrDefault(entry.id(), List.of()))
        .setObjects(objects.getOrDefault(entry.id(), List.of()).stream().map(this::object).toList())
        .setAttributes(withCrowd.contains(entry.id()) ? PARTIAL : Map.of())
        .setPublishedAt(publishedAt)
        .build();
  }

  private ImageObject object(Found found) {
    return ImageObject.newBuilder()
        .setCategory(categories.getOrDefault(found.category(), ""))
        .setBbox(found.box())
        .setAttributes(Map.of())
        .build();
  }
}
