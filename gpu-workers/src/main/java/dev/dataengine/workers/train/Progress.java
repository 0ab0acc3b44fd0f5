package dev.dataengine.workers.train;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/** What has been trained on since the base, kept up step by step; one thread owns it. */
final class Progress {

  private TrainerState last;
  private final Map<Integer, Long> offsets;
  private final Map<String, Long> samplesByType;
  private long steps;
  private long samples;
  private long skipped;
  private long trainingNanos;
  private double lossSum;

  Progress(TrainerState last) {
    this.last = last;
    this.offsets = new TreeMap<>(last.offsets());
    this.samplesByType = new TreeMap<>(last.samplesByType());
    this.steps = last.steps();
    this.samples = last.samplesTrained();
    this.skipped = last.samplesSkipped();
    this.trainingNanos = last.trainingMillis() * 1_000_000;
  }

  /** The last checkpoint's state. */
  TrainerState last() {
    return last;
  }

  long steps() {
    return steps;
  }

  long samplesSinceLast() {
    return samples - last.samplesTrained();
  }

  /** Whether there is anything that the last checkpoint does not hold. */
  boolean isAhead() {
    return !offsets.equals(last.offsets());
  }

  /** Next offset to read of a partition; 0 where none was read. */
  long next(TopicPartition partition) {
    return offsets.getOrDefault(partition.partition(), 0L);
  }

  Map<Integer, Long> offsets() {
    return offsets;
  }

  /** A record was taken, for training or for the dead letters. */
  void read(int partition, long offset) {
    offsets.merge(partition, offset + 1, Math::max);
  }

  void skipped() {
    skipped++;
  }

  void trained(Iterable<TrainingSample> batch, double loss, long nanos) {
    for (TrainingSample sample : batch) {
      samplesByType.merge(sample.questionType(), 1L, Long::sum);
      samples++;
    }
    steps++;
    trainingNanos += nanos;
    lossSum += loss;
  }

  /** The state of the next version. */
  TrainerState next(@org.jspecify.annotations.Nullable Double bestLoss, Instant now) {
    long stepsSince = steps - last.steps();
    return new TrainerState(
        last.version() + 1,
        last.base(),
        steps,
        offsets,
        samples,
        samplesByType,
        skipped,
        trainingNanos / 1_000_000,
        stepsSince == 0 ? last.trainingLoss() : Double.valueOf(lossSum / stepsSince),
        bestLoss,
        now);
  }

  /** The state was made a checkpoint. */
  void saved(TrainerState state) {
    last = state;
    lossSum = 0;
  }
}
