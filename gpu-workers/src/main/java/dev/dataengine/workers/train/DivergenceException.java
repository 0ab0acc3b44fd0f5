package dev.dataengine.workers.train;

import dev.dataengine.failure.MisconfiguredException;

/**
 * Training diverged, was taken back to its last checkpoint, and diverged again: it would only do so
 * once more if it was started anew, so it is no failure to start again from.
 */
public final class DivergenceException extends MisconfiguredException {

  private static final long serialVersionUID = 1L;

  DivergenceException(String what, double rate) {
    super(
        "training diverged again at "
            + what
            + ", also with a learning rate of "
            + rate
            + "; the last checkpoint is kept: start again with a smaller"
            + " trainer.optimizer.learning-rate or gradient-clip, or precision float32");
  }
}
