package dev.dataengine.workers.train;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/** What has been trained on since the base, kept up step by step; one thread owns it. */
final class Progress {

  /** Types counted by name; what comes after counts as {@link #OTHERS}. */
  private static final int MOST_TYPES = 1_000;

  static final String OTHERS = "(others)";

  private TrainerState last;
  private final Map<Integer, Long> offsets = new TreeMap<>();
  private final Map<String, Long> samplesByType = new TreeMap<>();
  private long steps;
  private long samples;
  private long skipped;
  private long trainingNanos;
  private double lossSum;

  Progress(TrainerState last) {
    this.last = last;
    reset();
  }

  /** Goes back to what was last saved. */
  void reset() {
    offsets.clear();
    offsets.putAll(last.offsets());
    samplesByType.clear();
    samplesByType.putAll(last.samplesByType());
    steps = last.steps();
    samples = last.samplesTrained();
    skipped = last.samplesSkipped();
    trainingNanos = last.trainingMillis() * 1_000_000;
    lossSum = 0;
  }

  /** The last checkpoint's state, with what was left behind since then and noted. */
  TrainerState last() {
    return last;
  }

  long steps() {
    return steps;
  }

  long samplesSinceLast() {
    return samples - last.samplesTrained();
  }

  /** Id of the topic that the offsets are of; empty where it is not known. */
  String samplesTopic() {
    return last.samplesTopic();
  }

  /** Next offset to read of a partition; 0 where none was read. */
  long next(TopicPartition partition) {
    return offsets.getOrDefault(partition.partition(), 0L);
  }

  /** A record is behind: trained on, or of another model. */
  void read(int partition, long offset) {
    offsets.merge(partition, offset + 1, Math::max);
  }

  /** A record is behind: it is in the dead letters. */
  void refused(int partition, long offset) {
    read(partition, offset);
    skipped++;
  }

  void trained(List<? extends TrainingSample> batch, double loss, long nanos) {
    for (TrainingSample sample : batch) {
      String type = sample.questionType();
      boolean known = samplesByType.containsKey(type) || samplesByType.size() < MOST_TYPES;
      samplesByType.merge(known ? type : OTHERS, 1L, Long::sum);
    }
    samples += batch.size();
    steps++;
    trainingNanos += nanos;
    lossSum += loss;
  }

  /** What was left behind without training since the last checkpoint. */
  Passed passed() {
    return new Passed(last.version(), last.lineage(), last.samplesTopic(), offsets, skipped);
  }

  /** The state of the next version. */
  TrainerState next(double rateFactor, GuardMemory guard, Instant now) {
    long stepsSince = steps - last.steps();
    return new TrainerState(
        TrainerState.FORMAT,
        last.model(),
        last.version() + 1,
        last.lineage(),
        last.lineageSince(),
        last.version(),
        last.base(),
        last.precision(),
        last.seed(),
        steps,
        last.samplesTopic(),
        offsets,
        samples,
        samplesByType,
        skipped,
        trainingNanos / 1_000_000,
        stepsSince == 0 ? last.trainingLoss() : Double.valueOf(lossSum / stepsSince),
        last.learningRate(),
        rateFactor,
        guard,
        now);
  }

  /** The state was made a checkpoint, or noted beside the last one. */
  void saved(TrainerState state) {
    last = state;
    lossSum = 0;
  }
}
