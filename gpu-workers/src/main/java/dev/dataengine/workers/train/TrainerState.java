package dev.dataengine.workers.train;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a checkpoint says beside its tensors. Checkpoints from before {@code format} 2 name no
 * model, lineage, precision, seed or rate, and have another guard's memory; some of format 2 do not
 * name the samples' topic.
 *
 * @param format 2; 0 where it is not said
 * @param model name of the model; empty where it is not said
 * @param version number of the version
 * @param lineage training run that it belongs to
 * @param lineageSince that run's first version
 * @param parent version it was trained from; null for a run's first that began at the base
 * @param base identity of the base: a checkpoint goes with one base only
 * @param precision what the frozen weights were held in; empty where it is not said
 * @param seed of the first values and of dropout; null where it is not said
 * @param steps optimizer steps since the base; with the seed it is also the dropout's state
 * @param samplesTopic id of the samples' topic that the offsets are of; empty where it is not said
 * @param offsets next offset to read of every partition of the samples' topic
 * @param samplesTrained since the base
 * @param samplesByType the same by question type
 * @param samplesSkipped records that went to the dead letters instead
 * @param trainingMillis time spent in steps since the base
 * @param trainingLoss mean since the version before; null before the first step
 * @param learningRate the configured rate that {@code rateFactor} was found for
 * @param rateFactor multiplies the configured rate: below 1 after training diverged
 * @param guard the divergence guard's memory
 * @param createdAt when the checkpoint was made
 */
@JsonIgnoreProperties("bestLoss") // the memory of a former guard
record TrainerState(
    int format,
    String model,
    long version,
    String lineage,
    long lineageSince,
    @Nullable Long parent,
    String base,
    String precision,
    @Nullable Long seed,
    long steps,
    String samplesTopic,
    Map<Integer, Long> offsets,
    long samplesTrained,
    Map<String, Long> samplesByType,
    long samplesSkipped,
    long trainingMillis,
    @Nullable Double trainingLoss,
    double learningRate,
    double rateFactor,
    GuardMemory guard,
    Instant createdAt) {

  static final int FORMAT = 2;

  @SuppressWarnings("ConstantValue") // what an older checkpoint does not say reads as null
  TrainerState {
    offsets = Collections.unmodifiableMap(new TreeMap<>(offsets));
    samplesByType = Collections.unmodifiableMap(new TreeMap<>(samplesByType));
    model = orEmpty(model);
    lineage = orEmpty(lineage);
    precision = orEmpty(precision);
    samplesTopic = orEmpty(samplesTopic);
    guard = guard == null ? GuardMemory.none() : guard;
    rateFactor = rateFactor == 0 ? 1 : rateFactor;
    if (format < FORMAT && version > 0) {
      parent = version - 1;
    }
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  /** The first state of a run that begins at the base. */
  static TrainerState begin(
      String model,
      long version,
      String lineage,
      Learner.Identity base,
      Settings set,
      Instant now) {
    return new TrainerState(
        FORMAT,
        model,
        version,
        lineage,
        version,
        null,
        base.base(),
        base.precision(),
        set.seed(),
        0,
        "",
        Map.of(),
        0,
        Map.of(),
        0,
        0,
        null,
        set.learningRate(),
        1,
        GuardMemory.none(),
        now);
  }

  /**
   * What is configured and stands in every checkpoint.
   *
   * @param seed as {@link TrainerConfig#seed}
   * @param learningRate as {@link AdamW#learningRate}
   */
  record Settings(long seed, double learningRate) {}

  /** The same training as the first version of another run, this version its parent. */
  TrainerState branch(long number, String newLineage, Instant now) {
    return new TrainerState(
        FORMAT,
        model,
        number,
        newLineage,
        number,
        version,
        base,
        precision,
        seed,
        steps,
        samplesTopic,
        offsets,
        samplesTrained,
        samplesByType,
        samplesSkipped,
        trainingMillis,
        trainingLoss,
        learningRate,
        rateFactor,
        guard,
        now);
  }

  /** The same, of a checkpoint that is from before they named their model. */
  TrainerState of(String ofModel) {
    return new TrainerState(
        format,
        ofModel,
        version,
        lineage,
        lineageSince,
        parent,
        base,
        precision,
        seed,
        steps,
        samplesTopic,
        offsets,
        samplesTrained,
        samplesByType,
        samplesSkipped,
        trainingMillis,
        trainingLoss,
        learningRate,
        rateFactor,
        guard,
        createdAt);
  }

  /**
   * The same, with what an older checkpoint does not say or was configured anew: a smaller rate
   * that was found for another configured one is forgotten.
   */
  TrainerState under(Learner.Identity of, Settings set) {
    return new TrainerState(
        format,
        model,
        version,
        lineage,
        lineageSince,
        parent,
        of.base(),
        of.precision(),
        seed == null ? Long.valueOf(set.seed()) : seed,
        steps,
        samplesTopic,
        offsets,
        samplesTrained,
        samplesByType,
        samplesSkipped,
        trainingMillis,
        trainingLoss,
        set.learningRate(),
        learningRate == set.learningRate() ? rateFactor : 1,
        guard,
        createdAt);
  }

  /** The same training, having left more records behind without training on them. */
  TrainerState passing(Passed passed) {
    String topic = passed.samplesTopic().isEmpty() ? samplesTopic : passed.samplesTopic();
    return at(topic, passed.offsets(), passed.skipped());
  }

  /**
   * The same training, to go on in the topic of that id: behind the offsets where they are of that
   * topic or nothing says otherwise, else at its beginning, as nothing in it was read.
   *
   * @param topic id of the topic that is there; empty where the broker knows none
   */
  TrainerState reading(String topic) {
    if (topic.isEmpty() || topic.equals(samplesTopic)) {
      return this;
    }
    return at(topic, samplesTopic.isEmpty() ? offsets : Map.of(), samplesSkipped);
  }

  /** The same training, elsewhere in the samples. */
  private TrainerState at(String topic, Map<Integer, Long> next, long skipped) {
    return new TrainerState(
        format,
        model,
        version,
        lineage,
        lineageSince,
        parent,
        base,
        precision,
        seed,
        steps,
        topic,
        next,
        samplesTrained,
        samplesByType,
        skipped,
        trainingMillis,
        trainingLoss,
        learningRate,
        rateFactor,
        guard,
        createdAt);
  }

  /** Whether it is the base itself, which nothing was trained on. */
  @com.fasterxml.jackson.annotation.JsonIgnore
  boolean isBase() {
    return version == lineageSince && parent == null;
  }
}
