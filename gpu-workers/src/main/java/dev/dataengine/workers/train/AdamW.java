package dev.dataengine.workers.train;

import dev.dataengine.config.Key;
import dev.dataengine.config.Keys;

/** Settings of AdamW (arXiv 1711.05101) with linear warm-up and global-norm clipping. */
public record AdamW(
    @Key(doc = "after the warm-up", range = "> 0 and < 1") double learningRate,
    @Key(doc = "steps over which the rate rises from 0", range = ">= 0") int warmupSteps,
    @Key(doc = "decay of the first moment", range = ">= 0 and < 1") double beta1,
    @Key(doc = "decay of the second moment", range = ">= 0 and < 1") double beta2,
    @Key(doc = "added to the root of the second moment", range = "> 0") double epsilon,
    @Key(doc = "decoupled, on matrices", range = ">= 0") double weightDecay,
    @Key(doc = "largest global norm of a gradient; 0 clips nothing", range = ">= 0")
        double gradientClip) {

  public AdamW {
    Keys.check(
        AdamW.class, learningRate, warmupSteps, beta1, beta2, epsilon, weightDecay, gradientClip);
  }

  public static AdamW defaults() {
    return new AdamW(1e-3, 20, 0.9, 0.98, 1e-8, 0.0, 1.0);
  }

  /** Rate of a step, the first being 1, before any decay. */
  public double rate(long step) {
    return warmupSteps == 0
        ? learningRate
        : learningRate * Math.min(1.0, (double) step / warmupSteps);
  }

  /**
   * The vector that the TorchScript steps take: scale, dropout, rate, betas, epsilon, decay, clip,
   * step.
   */
  public float[] hyper(double loraScale, double dropout, double rate, long step) {
    return new float[] {
      (float) loraScale,
      (float) dropout,
      (float) rate,
      (float) beta1,
      (float) beta2,
      (float) epsilon,
      (float) weightDecay,
      (float) gradientClip,
      step
    };
  }
}
