package dev.dataengine.workers.pretrain;

import dev.dataengine.workers.model.LlavaConfig;
import dev.dataengine.workers.model.Precision;
import dev.dataengine.workers.train.AdamW;

/**
 * How a base model is made.
 *
 * @param seed of the weights; the examples bring their own
 * @param batchImages images of a step
 * @param tokenizerExamples examples whose text the tokenizer is learnt from
 * @param precision of the computation; weights and moments are float32
 * @param tower first stage: the vision tower alone
 * @param existence second stage: every weight, on whether something is there
 * @param joint third stage: every weight, on all questions
 */
public record PretrainConfig(
    long seed,
    int batchImages,
    int tokenizerExamples,
    Precision precision,
    Stage tower,
    Stage existence,
    Stage joint) {

  private static final int VOCABULARY = 768;

  /**
   * One stage.
   *
   * @param steps optimizer steps
   * @param optimizer its rate rises over the warm-up and falls to 0 along a half cosine
   */
  public record Stage(int steps, AdamW optimizer) {

    public Stage {
      if (steps < 1) {
        throw new IllegalArgumentException("steps: expected 1 or more, got " + steps);
      }
    }

    /** Rate of a step, the first being 1. */
    double rate(int step) {
      double progress =
          Math.max(0, step - optimizer.warmupSteps())
              / (double) Math.max(1, steps - optimizer.warmupSteps());
      return optimizer.rate(step) * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, progress)));
    }

    private Stage with(int newSteps) {
      return new Stage(newSteps, optimizer);
    }
  }

  public PretrainConfig {
    if (batchImages < 1 || tokenizerExamples < 1) {
      throw new IllegalArgumentException(
          "pretrain: batch-images and tokenizer-examples: expected 1 or more, got %d, %d"
              .formatted(batchImages, tokenizerExamples));
    }
  }

  /** What the shipped model was made with. */
  public static PretrainConfig defaults() {
    return new PretrainConfig(
        20261123,
        32,
        4000,
        Precision.BFLOAT16,
        new Stage(3000, new AdamW(2e-3, 100, 0.9, 0.98, 1e-8, 0.05, 1.0)),
        new Stage(400, new AdamW(2e-3, 100, 0.9, 0.98, 1e-8, 0.05, 1.0)),
        new Stage(1600, new AdamW(2e-3, 150, 0.9, 0.98, 1e-8, 0.05, 1.0)));
  }

  /** Architecture of the model: 2.3 million parameters, 64 image tokens. */
  static LlavaConfig architecture() {
    return new LlavaConfig(
        ModelDirectory.IMAGE_TOKEN,
        4,
        new LlavaConfig.Vision(128, 512, 4, 4, 64, 8, 1e-5, "quick_gelu"),
        new LlavaConfig.Text(128, 352, 6, 4, 4, 32, VOCABULARY, 1024, 1e-6, 10000));
  }

  /** The same with another seed and other numbers of steps. */
  public PretrainConfig with(long newSeed, int towerSteps, int existenceSteps, int jointSteps) {
    return new PretrainConfig(
        newSeed,
        batchImages,
        tokenizerExamples,
        precision,
        tower.with(towerSteps),
        existence.with(existenceSteps),
        joint.with(jointSteps));
  }
}
