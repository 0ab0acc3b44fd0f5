package dev.dataengine.producers.generator;

import dev.dataengine.events.Image;
import java.util.ArrayList;
import java.util.HashMap;
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

  private final int capacity;
  private final BenchmarkGuard guard;
  private final List<Image> images = new ArrayList<>();
  private final Map<String, Integer> places = new HashMap<>();
  private final Map<String, float[]> heldOut = new HashMap<>();
  private int oldest;

  ImagePool(int capacity, BenchmarkGuard guard) {
    this.capacity = capacity;
    this.guard = guard;
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
    if (guard.holdsImage(image.getImageId(), image.getSha256())) {
      remove(image.getImageId());
      float[] embedding = embedding(image);
      if (embedding.length > 0) {
        heldOut.put(image.getImageId(), embedding);
      }
      return;
    }
    Integer place = places.get(image.getImageId());
    if (place != null) {
      images.set(place, image);
    } else if (images.size() < capacity) {
      places.put(image.getImageId(), images.size());
      images.add(image);
    } else {
      places.remove(images.get(oldest).getImageId());
      places.put(image.getImageId(), oldest);
      images.set(oldest, image);
      oldest = (oldest + 1) % capacity;
    }
  }

  /** Forgets the image; the last one takes its place. */
  void remove(String imageId) {
    Integer place = places.remove(imageId);
    if (place != null) {
      Image last = images.remove(images.size() - 1);
      if (place < images.size()) {
        images.set(place, last);
        places.put(last.getImageId(), place);
      }
      oldest = images.isEmpty() ? 0 : oldest % images.size();
    }
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

  private static double cosine(float[] a, float[] b) {
    if (a.length != b.length) {
      return Double.NEGATIVE_INFINITY;
    }
    double dot = 0;
    double norms = 0;
    double other = 0;
    for (int i = 0; i < a.length; i++) {
      dot += a[i] * b[i];
      norms += a[i] * a[i];
      other += b[i] * b[i];
    }
    double scale = Math.sqrt(norms * other);
    return scale == 0 ? Double.NEGATIVE_INFINITY : dot / scale;
  }
}
