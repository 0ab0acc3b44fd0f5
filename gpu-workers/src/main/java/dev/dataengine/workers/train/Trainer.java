package dev.dataengine.workers.train;

import dev.dataengine.failure.Failures;
import dev.dataengine.failure.LocalFailureException;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Steps of a learner and the checkpoints of them, with nothing of topics. One thread owns it. */
final class Trainer<S extends TrainingSample> {

  private static final Logger log = LoggerFactory.getLogger(Trainer.class);

  private final Learner<S> learner;
  private final CheckpointStore checkpoints;
  private final double divergenceFactor;
  private final Clock clock;
  private final LongSupplier nanos;
  private final Progress progress;
  private SavedVersion last;
  private DivergenceGuard guard;
  private double rateFactor;

  /**
   * @param learner which has read the checkpoint
   * @param last the checkpoint to go on from
   * @param state what that says, completed
   * @param nanos as {@link System#nanoTime}
   */
  Trainer(
      Learner<S> learner,
      CheckpointStore checkpoints,
      SavedVersion last,
      TrainerState state,
      double divergenceFactor,
      Clock clock,
      LongSupplier nanos) {
    this.learner = learner;
    this.checkpoints = checkpoints;
    this.divergenceFactor = divergenceFactor;
    this.clock = clock;
    this.nanos = nanos;
    this.last = last;
    this.progress = new Progress(state);
    this.guard = new DivergenceGuard(divergenceFactor, state.guard());
    this.rateFactor = state.rateFactor();
  }

  Progress progress() {
    return progress;
  }

  /** What the next step's rate is multiplied with. */
  double rateFactor() {
    return rateFactor;
  }

  /** Whether a version may be made of what was trained. */
  boolean isHealthy() {
    return guard.verdict() == DivergenceGuard.Verdict.HEALTHY;
  }

  boolean hasDiverged() {
    return guard.verdict() == DivergenceGuard.Verdict.DIVERGED;
  }

  /** The guard's figures, for a message. */
  String figures() {
    return guard.toString();
  }

  /** All letters so far are with the broker. */
  void lettersWritten() throws Exception {
    learner.lettersWritten();
  }

  /**
   * Makes one optimizer step; its batch counts as trained on where it was applied.
   *
   * @throws LocalFailureException where weights and counts may no longer belong together
   * @throws RuntimeException anything else where nothing was changed
   */
  Learner.Step step(List<S> samples) {
    long start = nanos.getAsLong();
    Learner.Step step = learner.step(progress.steps() + 1, rateFactor, samples);
    if (step.isApplied()) {
      count(samples, step, nanos.getAsLong() - start);
    }
    return step;
  }

  /** The weights have learnt from the batch, so it may not be taken for one that failed. */
  private void count(List<S> samples, Learner.Step step, long took) {
    try {
      guard.take(samples, step.sampleLosses());
      progress.trained(samples, step.loss(), took);
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      throw new LocalFailureException(
          "a step was made and could not be counted: " + Failures.reason(e), e);
    }
  }

  /** Makes a checkpoint of what has been trained, to be published. */
  SavedVersion checkpoint() throws IOException {
    TrainerState state = progress.next(rateFactor, guard.memory(), clock.instant());
    last = checkpoints.write(state, learner);
    progress.saved(state);
    log.atInfo()
        .addKeyValue("version", state.version())
        .addKeyValue("samples", state.samplesTrained())
        .addKeyValue("loss", state.trainingLoss())
        .log("new model version");
    return last;
  }

  /**
   * Remembers beside the last checkpoint what was left behind since, where nothing was trained on:
   * weights and guard are still the checkpoint's, so a roll-back comes back to here.
   */
  void note() throws IOException {
    Passed passed = progress.passed();
    checkpoints.write(passed);
    progress.saved(progress.last().passing(passed));
  }

  /** Goes back to the last checkpoint, and on from there with a part of the rate. */
  void rollBack(double part) throws IOException {
    checkpoints.verify(last);
    learner.read(last.directory());
    progress.reset();
    guard = new DivergenceGuard(divergenceFactor, progress.last().guard());
    rateFactor *= part;
  }
}
