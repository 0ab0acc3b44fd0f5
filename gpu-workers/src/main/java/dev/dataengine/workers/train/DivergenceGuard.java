package dev.dataengine.workers.train;

import org.jspecify.annotations.Nullable;

/**
 * Watches the loss: a value that is no number, or an average that stays far above the best one,
 * ends the training before it spoils the adapter further.
 */
final class DivergenceGuard {

  /** Weight of the past in the average; half of it is gone after 14 steps. */
  private static final double SMOOTHING = 0.95;

  /** Steps before the average means anything. */
  private static final int WARMUP = 50;

  private final double factor;
  private double average = Double.NaN;
  private @Nullable Double best;
  private int seen;

  DivergenceGuard(double factor, @Nullable Double best) {
    this.factor = factor;
    this.best = best;
  }

  /** The lowest average so far; null before there is one. */
  @Nullable Double best() {
    return best;
  }

  /**
   * Takes the loss and the gradient's norm of a step.
   *
   * @throws DivergenceException where training should end
   */
  void check(long step, double loss, double gradientNorm) {
    if (!Double.isFinite(loss) || !Double.isFinite(gradientNorm)) {
      throw new DivergenceException(
          "step %d: loss %s, gradient norm %s".formatted(step, loss, gradientNorm));
    }
    average = seen == 0 ? loss : SMOOTHING * average + (1 - SMOOTHING) * loss;
    seen++;
    if (seen < WARMUP) {
      return;
    }
    if (best == null || average < best) {
      best = average;
    } else if (average > factor * best + 0.1) {
      throw new DivergenceException(
          "step %d: the loss averages %.3f, the best was %.3f".formatted(step, average, best));
    }
  }
}
