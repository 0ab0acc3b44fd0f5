package dev.dataengine.workers.train;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Records that were left behind since a checkpoint without training on any: refused, or of another
 * model. They make no version, but a start need not refuse them again.
 *
 * @param version of the checkpoint
 * @param lineage of the checkpoint
 * @param samplesTopic as {@link TrainerState#samplesTopic}; empty where it is not said
 * @param offsets next offset to read of every partition
 * @param skipped records that went to the dead letters, as {@link TrainerState#samplesSkipped}
 */
record Passed(
    long version, String lineage, String samplesTopic, Map<Integer, Long> offsets, long skipped) {

  @SuppressWarnings("ConstantValue") // what an older one does not say reads as null
  Passed {
    samplesTopic = samplesTopic == null ? "" : samplesTopic;
    offsets = Collections.unmodifiableMap(new TreeMap<>(offsets));
  }

  /** Whether it goes on from that checkpoint, in the same topic or in one that came after it. */
  boolean isSince(TrainerState state) {
    return version == state.version()
        && lineage.equals(state.lineage())
        && skipped >= state.samplesSkipped()
        && (isOfALaterTopic(state) || isFurther(state));
  }

  /** A topic that the checkpoint does not know was found when training went on from it. */
  private boolean isOfALaterTopic(TrainerState state) {
    return !samplesTopic.isEmpty() && !samplesTopic.equals(state.samplesTopic());
  }

  private boolean isFurther(TrainerState state) {
    return state.offsets().entrySet().stream()
        .allMatch(e -> offsets.getOrDefault(e.getKey(), -1L) >= e.getValue());
  }
}
