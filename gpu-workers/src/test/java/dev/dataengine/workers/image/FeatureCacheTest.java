package dev.dataengine.workers.image;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.dataengine.workers.model.LlavaModel;
import dev.dataengine.workers.model.PrecisionChoice;
import dev.dataengine.workers.tensor.PyTorch;
import dev.dataengine.workers.tensor.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FeatureCacheTest {

  private static final Path MODEL = Path.of("models/tiny-llava");

  private NDManager manager;
  private LlavaModel model;
  private int side;
  private final List<String> decoded = new ArrayList<>();
  private final Map<String, float[]> alone = new HashMap<>();

  @BeforeEach
  void open() throws IOException {
    PyTorch.start();
    manager = NDManager.newBaseManager();
    model = LlavaModel.load(manager, MODEL, PrecisionChoice.FLOAT32);
    side = model.config().vision().imageSize();
  }

  @AfterEach
  void close() {
    model.close();
    manager.close();
  }

  /** Four quarters of brightness by the name. */
  private float[] pixels(String name) {
    float[] pixels = new float[3 * side * side];
    Random random = new Random(name.hashCode());
    float[] quarters = {random.nextFloat(), random.nextFloat(), random.nextFloat(), -1};
    for (int i = 0; i < pixels.length; i++) {
      int x = i % side;
      int y = i / side % side;
      pixels[i] = quarters[(x < side / 2 ? 0 : 1) + (y < side / 2 ? 0 : 2)];
    }
    return pixels;
  }

  private final class Named implements FeatureCache.Source {
    private final String name;

    Named(String name) {
      this.name = name;
    }

    @Override
    public String sha256() {
      return name;
    }

    @Override
    public float[] pixels() {
      decoded.add(name);
      return FeatureCacheTest.this.pixels(name);
    }
  }

  private float[] alone(String name) {
    return alone.computeIfAbsent(
        name,
        n -> {
          try (NDManager scope = manager.newSubManager()) {
            NDArray features = model.visionFeatures(Tensors.of(scope, pixels(n), 1, 3, side, side));
            return Tensors.floats(features);
          }
        });
  }

  private void assertFeatures(FeatureCache cache, String... names) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray features = cache.features(scope, Arrays.stream(names).map(Named::new).toList());
      float[] values = Tensors.floats(features);
      int length = values.length / names.length;
      for (int i = 0; i < names.length; i++) {
        float[] own = Arrays.copyOfRange(values, i * length, (i + 1) * length);
        assertThat(furthest(own, alone(names[i]))).as(names[i]).isLessThan(1e-3);
      }
    }
  }

  private static double furthest(float[] one, float[] other) {
    assertThat(one).hasSameSizeAs(other);
    double furthest = 0;
    for (int i = 0; i < one.length; i++) {
      furthest = Math.max(furthest, Math.abs((double) one[i] - other[i]));
    }
    return furthest;
  }

  @Test
  void features_anyOrderAndRepeats_areEachImagesOwn() {
    assertThat(furthest(alone("a"), alone("b"))).isGreaterThan(0.1);
    try (FeatureCache cache = new FeatureCache(manager, model, side, 4)) {
      assertFeatures(cache, "a", "b", "c");
      assertFeatures(cache, "c", "a", "a");
      assertFeatures(cache, "d", "b", "d", "e");
      assertFeatures(cache, "e", "d", "b");
    }
    assertThat(decoded).containsExactly("a", "b", "c", "d", "e");
  }

  @Test
  void features_moreImagesThanItKeeps_areRightAndTheLeastRecentlyUsedGo() {
    try (FeatureCache cache = new FeatureCache(manager, model, side, 2)) {
      assertFeatures(cache, "a", "b", "c", "d", "e");
      assertThat(cache.contains("d")).isTrue();
      assertThat(cache.contains("e")).isTrue();
      assertThat(cache.contains("c")).isFalse();

      // asked for, so that it stays when the next one comes
      assertThat(cache.contains("d")).isTrue();
      assertFeatures(cache, "f");
      assertThat(cache.contains("d")).isTrue();
      assertThat(cache.contains("e")).isFalse();
    }
    assertThat(decoded).containsExactly("a", "b", "c", "d", "e", "f");
  }
}
