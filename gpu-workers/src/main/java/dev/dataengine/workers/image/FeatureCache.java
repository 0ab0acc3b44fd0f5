package dev.dataengine.workers.image;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.dataengine.workers.model.LlavaModel;
import dev.dataengine.workers.tensor.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Image features by the image's sha256. The vision tower is frozen, so an image goes through it
 * once, as long as its features are among the most recently used that fit into a bound. One thread
 * owns a cache; what it returns is valid until the next call.
 */
public final class FeatureCache implements AutoCloseable {

  /** An image whose features are wanted; pixels are asked for only where they are not cached. */
  public interface Source {
    /** Of the encoded image. */
    String sha256();

    /** Normalised values [C,S,S]. */
    float[] pixels();
  }

  private final LlavaModel model;
  private final NDManager manager;
  private final int side;
  private final long capacity;
  private final LinkedHashMap<String, NDArray> features = new LinkedHashMap<>(64, 0.75f, true);

  /**
   * @param side of the pixels, S
   * @param capacity images kept at most
   */
  public FeatureCache(NDManager parent, LlavaModel model, int side, long capacity) {
    this.model = model;
    this.manager = parent.newSubManager();
    this.side = side;
    this.capacity = capacity;
  }

  /** Whether the image's features are there; then its pixels are not asked for by the next call. */
  public boolean contains(String sha256) {
    // get, not containsKey: it makes the entry the most recently used, so that it stays
    return features.get(sha256) != null;
  }

  /** Features [B,N,D] of the images, in their order, on a manager of the caller's. */
  public NDArray features(NDManager scope, List<? extends Source> images) {
    compute(images);
    List<NDArray> rows = new ArrayList<>();
    for (Source image : images) {
      NDArray row = features.get(image.sha256());
      if (row == null) {
        throw new IllegalStateException("features of " + image.sha256() + " are not there");
      }
      rows.add(row);
    }
    NDArray stacked = model.stack(rows);
    stacked.attach(scope);
    evict();
    return stacked;
  }

  private void compute(List<? extends Source> images) {
    Set<String> missing = new LinkedHashSet<>();
    List<float[]> pixels = new ArrayList<>();
    for (Source image : images) {
      if (!features.containsKey(image.sha256()) && missing.add(image.sha256())) {
        pixels.add(image.pixels());
      }
    }
    if (missing.isEmpty()) {
      return;
    }
    int length = pixels.get(0).length;
    float[] all = new float[length * pixels.size()];
    for (int i = 0; i < pixels.size(); i++) {
      System.arraycopy(pixels.get(i), 0, all, i * length, length);
    }
    try (NDManager scratch = manager.newSubManager()) {
      NDArray batch = Tensors.of(scratch, all, pixels.size(), 3, side, side);
      NDArray computed = model.visionFeatures(batch);
      NDList rows = model.functions().call("rows").with(computed).runForList();
      int i = 0;
      for (String sha256 : missing) {
        NDArray row = rows.get(i++);
        row.attach(manager);
        features.put(sha256, row);
      }
    }
  }

  private void evict() {
    var oldest = features.entrySet().iterator();
    while (features.size() > capacity && oldest.hasNext()) {
      Map.Entry<String, NDArray> entry = oldest.next();
      entry.getValue().close();
      oldest.remove();
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
