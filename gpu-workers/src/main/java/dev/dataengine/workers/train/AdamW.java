package dev.dataengine.workers.train;

/**
 * Settings of AdamW (arXiv 1711.05101) with linear warm-up and global-norm clipping.
 *
 * @param learningRate after warm-up
 * @param warmupSteps steps over which the rate rises from 0
 * @param beta1 decay of the first moment
 * @param beta2 decay of the second moment
 * @param epsilon added to the root of the second moment
 * @param weightDecay decoupled, on matrices
 * @param gradientClip largest global norm of a gradient; 0 clips nothing
 */
public record AdamW(
    double learningRate,
    int warmupSteps,
    double beta1,
    double beta2,
    double epsilon,
    double weightDecay,
    double gradientClip) {

  public AdamW {
    require(
        learningRate > 0 && learningRate < 1, "learning-rate", "above 0 and below 1", learningRate);
    require(warmupSteps >= 0, "warmup-steps", "0 or more", warmupSteps);
    require(beta1 >= 0 && beta1 < 1, "beta1", "0 or more and below 1", beta1);
    require(beta2 >= 0 && beta2 < 1, "beta2", "0 or more and below 1", beta2);
    require(epsilon > 0, "epsilon", "above 0", epsilon);
    require(weightDecay >= 0, "weight-decay", "0 or more", weightDecay);
    require(gradientClip >= 0, "gradient-clip", "0 or more", gradientClip);
  }

  public static AdamW defaults() {
    return new AdamW(1e-3, 20, 0.9, 0.98, 1e-8, 0.0, 1.0);
  }

  private static void require(boolean holds, String key, String expected, Object got) {
    if (!holds) {
      throw new IllegalArgumentException(
          "optimizer." + key + ": expected " + expected + ", got " + got);
    }
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
