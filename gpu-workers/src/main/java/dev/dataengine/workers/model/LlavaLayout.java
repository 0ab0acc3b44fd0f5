package dev.dataengine.workers.model;

import java.util.ArrayList;
import java.util.List;

/**
 * Names and shapes of a LLaVA model's weights, in the order in which the mathematics takes them.
 * Names are those of published checkpoints ({@code language_model.model.layers.0…}).
 *
 * @param vision the vision tower's weights
 * @param projector the projector's
 * @param text the decoder's
 */
record LlavaLayout(List<Weight> vision, List<Weight> projector, List<Weight> text) {

  /**
   * One weight.
   *
   * @param name its name in a checkpoint
   * @param shape its sides there
   */
  record Weight(String name, long... shape) {

    long size() {
      long size = 1;
      for (long side : shape) {
        size *= side;
      }
      return size;
    }

    /** Matrices are decayed; biases and the gains of norms are not. */
    boolean decayed() {
      return shape.length > 1;
    }
  }

  /** Every weight: vision, projector, text. */
  List<Weight> all() {
    List<Weight> all = new ArrayList<>(vision);
    all.addAll(projector);
    all.addAll(text);
    return all;
  }

  static LlavaLayout of(LlavaConfig config) {
    return new LlavaLayout(
        vision(config.vision()), projector(config.vision(), config.text()), text(config.text()));
  }

  private static List<Weight> vision(LlavaConfig.Vision c) {
    String root = "vision_tower.vision_model.";
    long d = c.hiddenSize();
    long f = c.intermediateSize();
    List<Weight> weights = new ArrayList<>();
    weights.add(
        new Weight(root + "embeddings.patch_embedding.weight", d, 3, c.patchSize(), c.patchSize()));
    weights.add(new Weight(root + "embeddings.class_embedding", d));
    weights.add(new Weight(root + "embeddings.position_embedding.weight", c.imageTokens() + 1, d));
    addWithBias(weights, root + "pre_layrnorm", d);
    for (int i = 0; i < c.layers(); i++) {
      String layer = root + "encoder.layers." + i + ".";
      addWithBias(weights, layer + "layer_norm1", d);
      for (String projection : List.of("q_proj", "k_proj", "v_proj", "out_proj")) {
        addWithBias(weights, layer + "self_attn." + projection, d, d);
      }
      addWithBias(weights, layer + "layer_norm2", d);
      addWithBias(weights, layer + "mlp.fc1", f, d);
      addWithBias(weights, layer + "mlp.fc2", d, f);
    }
    return weights;
  }

  private static List<Weight> projector(LlavaConfig.Vision vision, LlavaConfig.Text text) {
    List<Weight> weights = new ArrayList<>();
    long d = text.hiddenSize();
    addWithBias(weights, "multi_modal_projector.linear_1", d, vision.hiddenSize());
    addWithBias(weights, "multi_modal_projector.linear_2", d, d);
    return weights;
  }

  private static List<Weight> text(LlavaConfig.Text c) {
    String root = "language_model.model.";
    long d = c.hiddenSize();
    long f = c.intermediateSize();
    long queries = (long) c.heads() * c.headWidth();
    long keys = (long) c.keyValueHeads() * c.headWidth();
    List<Weight> weights = new ArrayList<>();
    weights.add(new Weight(root + "embed_tokens.weight", c.vocabularySize(), d));
    weights.add(new Weight(root + "norm.weight", d));
    weights.add(new Weight("language_model.lm_head.weight", c.vocabularySize(), d));
    for (int i = 0; i < c.layers(); i++) {
      String layer = root + "layers." + i + ".";
      weights.add(new Weight(layer + "input_layernorm.weight", d));
      weights.add(new Weight(layer + "self_attn.q_proj.weight", queries, d));
      weights.add(new Weight(layer + "self_attn.k_proj.weight", keys, d));
      weights.add(new Weight(layer + "self_attn.v_proj.weight", keys, d));
      weights.add(new Weight(layer + "self_attn.o_proj.weight", d, queries));
      weights.add(new Weight(layer + "post_attention_layernorm.weight", d));
      weights.add(new Weight(layer + "mlp.gate_proj.weight", f, d));
      weights.add(new Weight(layer + "mlp.up_proj.weight", f, d));
      weights.add(new Weight(layer + "mlp.down_proj.weight", d, f));
    }
    return weights;
  }

  private static void addWithBias(List<Weight> weights, String name, long... shape) {
    weights.add(new Weight(name + ".weight", shape));
    weights.add(new Weight(name + ".bias", shape[0]));
  }
}
