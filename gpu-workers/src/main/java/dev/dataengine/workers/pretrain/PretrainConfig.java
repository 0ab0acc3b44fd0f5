package dev.dataengine.workers.pretrain;

import dev.dataengine.workers.model.LlavaConfig;
import dev.dataengine.workers.model.Precision;
import dev.dataengine.workers.train.AdamW;

/**
 * How a base model is made.
 *
 * @param seed of the weights; the examples bring their own
 * @param steps optimizer steps
 * @param batchImages images of a step
 * @param tokenizerExamples examples whose text the tokenizer is learnt from
 * @param precision of the computation; weights and moments are float32
 * @param optimizer its rate rises over the warm-up and falls to 0 along a half cosine
 */
public record PretrainConfig(
    long seed,
    int steps,
    int batchImages,
    int tokenizerExamples,
    Precision precision,
    AdamW optimizer) {

  private static final int VOCABULARY = 768;

  public PretrainConfig {
    if (steps < 1 || batchImages < 1 || tokenizerExamples < 1) {
      throw new IllegalArgumentException(
          "pretrain: steps, batch-images and tokenizer-examples: expected 1 or more, got %d, %d, %d"
              .formatted(steps, batchImages, tokenizerExamples));
    }
  }

  /** What the shipped model was made with. */
  public static PretrainConfig defaults() {
    return new PretrainConfig(
        20261123,
        1100,
        32,
        4000,
        Precision.BFLOAT16,
        new AdamW(1.5e-3, 100, 0.9, 0.98, 1e-8, 0.05, 1.0));
  }

  /** Architecture of the model: 2.3 million parameters, 64 image tokens. */
  static LlavaConfig architecture() {
    return new LlavaConfig(
        ModelDirectory.IMAGE_TOKEN,
        4,
        new LlavaConfig.Vision(128, 512, 4, 4, 64, 8, 1e-5, "quick_gelu"),
        new LlavaConfig.Text(128, 352, 6, 4, 4, 32, VOCABULARY, 1024, 1e-6, 10000));
  }

  /** Rate of a step, the first being 1. */
  double rate(int step) {
    double progress =
        Math.max(0, step - optimizer.warmupSteps())
            / (double) Math.max(1, steps - optimizer.warmupSteps());
    return optimizer.rate(step) * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, progress)));
  }

  /** The same with another seed and number of steps. */
  public PretrainConfig with(long newSeed, int newSteps) {
    return new PretrainConfig(
        newSeed, newSteps, batchImages, tokenizerExamples, precision, optimizer);
  }
}
