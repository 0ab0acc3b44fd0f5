package dev.dataengine.producers.generator;

import dev.dataengine.events.Image;
import dev.dataengine.events.ImageObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The latest images without their pixels, as many as fit; none that is held out. Of held-out images
 * only the embedding is kept, to find others near them. A draw is O(1); the nearest is looked for
 * among a bounded sample.
 */
final class ImagePool {

  /** How many images the nearest one is chosen from. */
  private static final int CANDIDATES = 256;

  /** Characters, objects and numbers of all annotations together: some hundred megabytes. */
  static final long MOST_WEIGHT = 200_000_000;

  /** Of an image beside its texts, in characters. */
  private static final int OVERHEAD = 200;

  private final int capacity;
  private final long mostWeight;
  private final BenchmarkGuard guard;
  private final List<Image> images = new ArrayList<>();

  /** Where each is in the list, by id; the oldest first. */
  private final LinkedHashMap<String, Integer> places = new LinkedHashMap<>();

  /** Embeddings of held-out images by id; the oldest first. */
  private final LinkedHashMap<String, float[]> heldOut = new LinkedHashMap<>();

  private long weight;

  ImagePool(int capacity, BenchmarkGuard guard) {
    this(capacity, MOST_WEIGHT, guard);
  }

  ImagePool(int capacity, long mostWeight, BenchmarkGuard guard) {
    this.capacity = capacity;
    this.mostWeight = mostWeight;
    this.guard = guard;
  }

  /** How many images are kept at most. */
  int capacity() {
    return capacity;
  }

  int size() {
    return images.size();
  }

  /** Whether the image is there still, neither removed nor replaced by another of its id. */
  boolean holds(Image image) {
    Integer place = places.get(image.getImageId());
    return place != null && images.get(place).equals(image);
  }

  /** Adds the image, or replaces the one of its id; a held-out one only takes that away. */
  void put(Image image) {
    image.setBytes(null);
    remove(image.getImageId());
    if (guard.holdsImage(image.getImageId(), image.getSha256())) {
      holdOut(image);
      return;
    }
    weight += weight(image);
    places.put(image.getImageId(), images.size());
    images.add(image);
    while (images.size() > capacity || (weight > mostWeight && images.size() > 1)) {
      remove(places.keySet().iterator().next());
    }
  }

  private void holdOut(Image image) {
    float[] embedding = embedding(image);
    heldOut.remove(image.getImageId());
    if (embedding.length > 0) {
      heldOut.put(image.getImageId(), embedding);
      if (heldOut.size() > capacity) {
        heldOut.remove(heldOut.keySet().iterator().next());
      }
    }
  }

  /** Forgets the image; the last one takes its place. */
  void remove(String imageId) {
    Integer place = places.remove(imageId);
    if (place != null) {
      weight -= weight(images.get(place));
      Image last = images.remove(images.size() - 1);
      if (place < images.size()) {
        images.set(place, last);
        places.put(last.getImageId(), place); // keeps its age
      }
    }
  }

  /** Forgets all, held-out ones too. */
  void clear() {
    images.clear();
    places.clear();
    heldOut.clear();
    weight = 0;
  }

  private static long weight(Image image) {
    long weight = OVERHEAD + length(image.getCaptions());
    for (ImageObject object : image.getObjects()) {
      weight += OVERHEAD + object.getCategory().length() + length(object.getAttributes());
    }
    for (var question : image.getQuestions()) {
      weight += OVERHEAD + question.getQuestion().length() + question.getAnswer().length();
      weight += length(question.getDistractors());
    }
    List<@Nullable Float> embedding = image.getEmbedding();
    return weight
        + length(image.getAttributes())
        + (embedding == null ? 0 : 10L * embedding.size());
  }

  private static long length(List<String> texts) {
    return texts.stream().mapToLong(text -> text.length() + 20L).sum();
  }

  private static long length(Map<String, String> texts) {
    return texts.entrySet().stream()
        .mapToLong(e -> e.getKey().length() + e.getValue().length() + 60L)
        .sum();
  }

  /** Any image, all equally likely. */
  Optional<Image> any(RandomGenerator random) {
    return images.isEmpty()
        ? Optional.empty()
        : Optional.of(images.get(random.nextInt(images.size())));
  }

  /** An image near the given one by cosine; any where embeddings are missing. */
  Optional<Image> near(String imageId, RandomGenerator random) {
    float[] target = embeddingOf(imageId);
    Image best = null;
    double closest = Double.NEGATIVE_INFINITY;
    for (int i = 0; target.length > 0 && i < Math.min(CANDIDATES, images.size()); i++) {
      Image image = images.get(random.nextInt(images.size()));
      double cosine = cosine(target, embedding(image));
      if (cosine > closest) {
        closest = cosine;
        best = image;
      }
    }
    return best == null ? any(random) : Optional.of(best);
  }

  private float[] embeddingOf(String imageId) {
    Integer place = places.get(imageId);
    return place == null
        ? heldOut.getOrDefault(imageId, new float[0])
        : embedding(images.get(place));
  }

  private static float[] embedding(Image image) {
    List<@Nullable Float> values = image.getEmbedding();
    if (values == null) {
      return new float[0];
    }
    float[] embedding = new float[values.size()];
    for (int i = 0; i < embedding.length; i++) {
      Float value = values.get(i);
      embedding[i] = value == null ? 0 : value;
    }
    return embedding;
  }

  /** Below every other where the vectors have no angle: of two lengths, or not finite. */
  private static double cosine(float[] a, float[] b) {
    if (a.length != b.length) {
      return Double.NEGATIVE_INFINITY;
    }
    double dot = 0;
    double norms = 0;
    double other = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      norms += (double) a[i] * a[i];
      other += (double) b[i] * b[i];
    }
    double cosine = dot / Math.sqrt(norms * other);
    return Double.isNaN(cosine) ? Double.NEGATIVE_INFINITY : cosine;
  }
}
