package dev.dataengine.workers.train;

import dev.dataengine.events.VqaSample;
import dev.dataengine.serde.DeadLetters;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What learns: weights under training and the steps over them, with nothing of topics, versions or
 * checkpoints' rules. One thread owns a learner.
 *
 * @param <S> what it makes of an event
 */
public interface Learner<S extends TrainingSample> extends AutoCloseable {

  /** Opens a learner, at its first values. */
  @FunctionalInterface
  interface Opening<S extends TrainingSample> {
    /**
     * @param letters where records go that the learner itself reads and refuses
     */
    Learner<S> open(Recorded recorded, DeadLetters letters) throws Exception;
  }

  /**
   * What is settled before a learner is opened.
   *
   * @param precision that the checkpoint to go on from was trained in; null where there is none, or
   *     it does not say
   * @param seed of the first values and of all randomness in steps
   */
  record Recorded(@Nullable String precision, long seed) {}

  /**
   * What it trains over.
   *
   * @param name of the base, for people
   * @param base SHA-256 that identifies it
   * @param formerBases what older checkpoints call the same base
   * @param precision of the frozen weights
   */
  record Identity(String name, String base, Set<String> formerBases, String precision) {}

  /**
   * What a step measured.
   *
   * @param loss mean over the answers' tokens
   * @param gradientNorm before clipping
   * @param sampleLosses mean loss of each sample, in the batch's order
   */
  record Step(double loss, double gradientNorm, double[] sampleLosses) {
    /** A gradient from here on is no number in the optimizer's moments. */
    private static final double LARGEST_NORM = 1e18;

    /** Whether the weights were changed: only by numbers. */
    public boolean isApplied() {
      return Double.isFinite(loss) && gradientNorm < LARGEST_NORM;
    }
  }

  Identity identity();

  /**
   * Makes a sample of an event.
   *
   * @throws Exception where it cannot be trained on; the message says why
   */
  S prepare(VqaSample event) throws Exception;

  /** All that it gave to the dead letters so far is with the broker. */
  default void lettersWritten() throws Exception {}

  /**
   * Makes one optimizer step, or changes nothing where {@link Step#isApplied} is false or it
   * throws.
   *
   * @throws dev.dataengine.failure.LocalFailureException where it may have changed something and
   *     did not come to its end: what the learner holds is of no use any more, and the training is
   *     started again from its checkpoint
   * @param number of the step, from 1; with the seed it fixes all randomness, so that a step
   *     repeated after a restart is the same to the bit
   * @param rateFactor multiplies the learning rate
   */
  Step step(long number, double rateFactor, List<S> batch);

  /** Writes all that later steps depend on into files of an empty directory. */
  void write(Path directory) throws IOException;

  /**
   * Takes the place of the learner that wrote a directory.
   *
   * @throws dev.dataengine.failure.MisconfiguredException where that was set otherwise
   */
  void read(Path directory) throws IOException;

  @Override
  void close() throws IOException;
}
