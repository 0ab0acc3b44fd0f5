package dev.dataengine.workers.train;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a checkpoint says beside its tensors.
 *
 * @param version 0 for the untrained adapter, then rising by one
 * @param base sha256 over the base model's weights: a checkpoint goes with one base only
 * @param steps optimizer steps since the base; with the seed it is also the dropout's state
 * @param offsets next offset to read of every partition of the samples' topic
 * @param samplesTrained since the base
 * @param samplesByType the same by question type
 * @param samplesSkipped records that went to the dead letters instead
 * @param trainingMillis time spent in steps since the base
 * @param trainingLoss mean since the version before; null for version 0
 * @param bestLoss the divergence guard's memory; null before it has one
 * @param createdAt when the checkpoint was made
 */
record TrainerState(
    long version,
    String base,
    long steps,
    Map<Integer, Long> offsets,
    long samplesTrained,
    Map<String, Long> samplesByType,
    long samplesSkipped,
    long trainingMillis,
    @Nullable Double trainingLoss,
    @Nullable Double bestLoss,
    Instant createdAt) {

  TrainerState {
    offsets = java.util.Collections.unmodifiableMap(new TreeMap<>(offsets));
    samplesByType = java.util.Collections.unmodifiableMap(new TreeMap<>(samplesByType));
  }

  static TrainerState initial(String base, Instant createdAt) {
    return new TrainerState(0, base, 0, Map.of(), 0, Map.of(), 0, 0, null, null, createdAt);
  }
}
