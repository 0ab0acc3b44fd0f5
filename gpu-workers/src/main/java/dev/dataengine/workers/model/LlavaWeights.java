package dev.dataengine.workers.model;

import dev.dataengine.workers.tensor.SafeTensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** All weights of a model in one vector: what pre-training holds and a checkpoint is written of. */
public final class LlavaWeights {

  /**
   * One weight's place.
   *
   * @param name in a checkpoint
   * @param at where it begins in the vector
   * @param rows first side
   * @param columns product of the others, 0 for a vector
   */
  public record Named(String name, int at, int rows, int columns) {
    public int size() {
      return columns == 0 ? rows : rows * columns;
    }
  }

  private final LlavaConfig config;
  private final LlavaLayout layout;
  private final List<Named> all;

  public LlavaWeights(LlavaConfig config) {
    this.config = config;
    this.layout = LlavaLayout.of(config);
    this.all = named(layout.all());
  }

  /** In the vector's order. */
  public List<Named> all() {
    return all;
  }

  /** The vision tower's, which come first. */
  public List<Named> vision() {
    return named(layout.vision());
  }

  /**
   * The one weight whose name ends so.
   *
   * @throws IllegalArgumentException where there is none, or several
   */
  public Named find(String suffix) {
    List<Named> found = all.stream().filter(w -> w.name().endsWith(suffix)).toList();
    if (found.size() != 1) {
      throw new IllegalArgumentException(
          "weight '%s': expected one, got %d".formatted(suffix, found.size()));
    }
    return found.get(0);
  }

  private static List<Named> named(List<LlavaLayout.Weight> weights) {
    List<Named> named = new ArrayList<>();
    int at = 0;
    for (LlavaLayout.Weight weight : weights) {
      int rows = Math.toIntExact(weight.shape()[0]);
      int columns = weight.shape().length == 1 ? 0 : Math.toIntExact(weight.size() / rows);
      named.add(new Named(weight.name(), at, rows, columns));
      at += Math.toIntExact(weight.size());
    }
    return List.copyOf(named);
  }

  /** Length of the vector. */
  public int size() {
    return all.stream().mapToInt(Named::size).sum();
  }

  public int visionLayers() {
    return config.vision().layers();
  }

  public int textLayers() {
    return config.text().layers();
  }

  /** Writes the vector as {@code model.safetensors}, rounded to bfloat16. */
  public void write(float[] values, Path directory) throws IOException {
    SafeTensorsWriter writer = new SafeTensorsWriter();
    for (LlavaLayout.Weight weight : layout.all()) {
      int at = find(weight.name()).at();
      float[] part = Arrays.copyOfRange(values, at, at + (int) weight.size());
      writer.addBfloat16(weight.name(), part, weight.shape());
    }
    // the tower's last norm is after the layer that LLaVA takes: there for completeness
    int width = config.vision().hiddenSize();
    float[] ones = new float[width];
    Arrays.fill(ones, 1f);
    String norm = "vision_tower.vision_model.post_layernorm";
    writer.addBfloat16(norm + ".weight", ones, width);
    writer.addBfloat16(norm + ".bias", new float[width], width);
    writer.write(directory.resolve("model.safetensors"));
  }
}
