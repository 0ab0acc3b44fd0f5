package dev.dataengine.producers.images;

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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Images annotated as COCO does: instances.json names images, categories and boxes, captions.json
 * captions. Holds the annotations (without outlines); image files are read as they are asked for.
 *
 * <p>A crowd is a box around many: it says neither how many nor where one is. It is left out, and
 * its image is then one of which not every object is annotated. So is a box that is not on its
 * image or has no area; one that reaches beyond is cut. The same box of the same category twice is
 * one object.
 */
final class CocoSource implements ImageSource {

  private static final Logger log = LoggerFactory.getLogger(CocoSource.class);

  /** Image attributes that keep the rules from counting and from calling anything the only one. */
  private static final Map<String, String> PARTIAL = Map.of("objects", "partial");

  private record Entry(long id, Path file) {}

  private record Found(long category, BoundingBox box) {}

  private final int inlineBytes;
  private final List<Entry> images = new ArrayList<>();
  private final Map<Long, Path> files = new HashMap<>();
  private final Map<Long, String> categories = new HashMap<>();
  private final Map<Long, Set<Found>> objects = new HashMap<>();
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
            "images", element -> addImage(imageDir, element),
            "categories", this::addCategory,
            "annotations", this::addObject));
    if (images.isEmpty()) {
      throw InputRefusedException.of(instances, "images: expected at least one");
    }
    if (captionFile != null) {
      CocoAnnotations.read(captionFile, Map.of("annotations", this::addCaption));
      requireOfThisSplit(captionFile, captions.keySet(), "captions", "caption");
    }
    requireCategories(instances);
    Set<Long> boxed = new HashSet<>(objects.keySet());
    boxed.addAll(withCrowd);
    requireOfThisSplit(instances, boxed, "annotations", "box");
  }

  private void addImage(Path imageDir, CocoElement element) {
    Path file = imageDir.resolve(element.text("file_name"));
    if (!Files.isRegularFile(file)) {
      throw element.refused("file_name: there is no file " + file);
    }
    long id = element.id("id");
    Path other = files.put(id, file);
    if (other != null) {
      throw element.refused(
          "id: expected one image of an id, got %d for %s and for %s".formatted(id, other, file));
    }
    images.add(new Entry(id, file));
  }

  private void addCategory(CocoElement element) {
    long id = element.id("id");
    String name = element.text("name");
    String other = categories.put(id, name);
    if (other != null && !other.equals(name)) {
      throw element.refused("id: %d is the category %s already".formatted(id, other));
    }
  }

  private void addObject(CocoElement element) {
    long image = element.id("image_id");
    if (element.isCrowd()) {
      withCrowd.add(image);
      return;
    }
    BoundingBox box = element.box(); // first: its message knows other kinds of file
    Found found = new Found(element.id("category_id"), box);
    objects.computeIfAbsent(image, k -> new LinkedHashSet<>()).add(found);
  }

  /** A blank one says nothing, and costs nothing. */
  private void addCaption(CocoElement element) {
    long image = element.id("image_id");
    var caption = element.json().path("caption");
    if (!caption.isTextual()) {
      throw element.refused("caption: expected text, got " + JsonLines.shown(caption));
    }
    if (!caption.textValue().isBlank()) {
      captions.computeIfAbsent(image, k -> new ArrayList<>()).add(caption.textValue().strip());
    }
  }

  /**
   * What names none of the images is of another split; what names some that are not there is told.
   */
  private void requireOfThisSplit(Path file, Set<Long> named, String what, String one) {
    long known = named.stream().filter(files::containsKey).count();
    if (known == named.size()) {
      return;
    }
    String numbers =
        "%s: %d of %d images have a %s, and %d that have one are not among the images"
            .formatted(what, known, images.size(), one, named.size() - known);
    if (known == 0) {
      throw InputRefusedException.of(file, numbers + "; name the file of the same split");
    }
    log.atWarn().addKeyValue("file", file).log(numbers);
  }

  private void requireCategories(Path instances) {
    objects.values().stream()
        .flatMap(Set::stream)
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
    EncodedImage file = EncodedImage.read(entry.file());
    List<ImageObject> all =
        objects.getOrDefault(entry.id(), Set.of()).stream().map(this::object).toList();
    Set<ImageObject> kept = Boxes.onImage(all, file.width(), file.height());
    boolean partial = withCrowd.contains(entry.id()) || kept.size() < all.size();
    return file.event(id(index), "coco", inlineBytes)
        .setCaptions(captions.getOrDefault(entry.id(), List.of()))
        .setObjects(List.copyOf(kept))
        .setAttributes(partial ? PARTIAL : Map.of())
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
