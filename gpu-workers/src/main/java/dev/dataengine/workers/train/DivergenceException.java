package dev.dataengine.workers.train;

/** Training was ended because it would spoil the model; the last checkpoint is good. */
public final class DivergenceException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  DivergenceException(String what) {
    super(
        "training diverged at "
            + what
            + "; the last checkpoint is kept: try a smaller trainer.optimizer.learning-rate or"
            + " gradient-clip, or precision float32");
  }
}
