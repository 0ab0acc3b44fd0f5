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
 * @param offsets next offset to read of every partition
 * @param skipped records that went to the dead letters, as {@link TrainerState#samplesSkipped}
 */
record Passed(long version, String lineage, Map<Integer, Long> offsets, long skipped) {

  Passed {
    offsets = Collections.unmodifiableMap(new TreeMap<>(offsets));
  }

  /** Whether it goes on from that checkpoint. */
  boolean isSince(TrainerState state) {
    return version == state.version()
        && lineage.equals(state.lineage())
        && skipped >= state.samplesSkipped()
        && state.offsets().entrySet().stream()
            .allMatch(e -> offsets.getOrDefault(e.getKey(), -1L) >= e.getValue());
  }
}
