package dev.dataengine.workers.pretrain;

import dev.dataengine.workers.model.LlavaWeights;
import java.util.List;
import java.util.Random;

/**
 * Weights before the first step: matrices normal with deviation 0.7 / sqrt(fan-in), those that
 * write to the residual stream smaller by sqrt(2 layers) as in GPT-2, tables 0.05, gains 1, biases
 * 0, and half of the decoder's keys as its queries.
 */
final class InitialWeights {

  static final double TABLE_DEVIATION = 0.05;

  private InitialWeights() {}

  static float[] draw(LlavaWeights layout, long seed) {
    Random random = new Random(seed);
    float[] values = new float[layout.size()];
    for (LlavaWeights.Named weight : layout.all()) {
      double deviation = deviation(weight, layout);
      float constant = isGain(weight.name()) ? 1f : 0f;
      for (int i = 0; i < weight.size(); i++) {
        values[weight.at() + i] =
            deviation == 0 ? constant : (float) (deviation * random.nextGaussian());
      }
    }
    mimetic(layout, values);
    return values;
  }

  /**
   * Half of the decoder's heads begin with keys that are their queries, so that a token attends to
   * those like it: mimetic initialisation (arXiv 2305.09828, which begins all heads near that). For
   * as many heads of keys as of queries.
   */
  private static void mimetic(LlavaWeights layout, float[] values) {
    for (LlavaWeights.Named keys : layout.all()) {
      if (keys.name().startsWith("language_model") && keys.name().endsWith("k_proj.weight")) {
        LlavaWeights.Named queries = layout.find(keys.name().replace("k_proj", "q_proj"));
        System.arraycopy(values, queries.at(), values, keys.at(), keys.size() / 2);
      }
    }
  }

  private static double deviation(LlavaWeights.Named weight, LlavaWeights layout) {
    String name = weight.name();
    if (name.contains("embed") && !name.contains("patch_embedding")) {
      return TABLE_DEVIATION;
    }
    if (weight.columns() == 0) {
      return 0;
    }
    double deviation = 0.7 / Math.sqrt(weight.columns());
    boolean residual =
        List.of("out_proj", "fc2", "o_proj", "down_proj").stream().anyMatch(name::contains);
    int layers = name.startsWith("vision") ? layout.visionLayers() : layout.textLayers();
    return residual ? deviation / Math.sqrt(2.0 * layers) : deviation;
  }

  private static boolean isGain(String name) {
    return name.contains("norm") && name.endsWith(".weight");
  }
}
