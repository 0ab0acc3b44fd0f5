package dev.dataengine.streams;

import java.util.Map;
import org.apache.kafka.common.serialization.Serde;

/**
 * An entry of the merge's store: the newest partial sum of a partition, or where a model stands on
 * a benchmark. They are in one store, so that one cannot be lost without the other.
 */
sealed interface Merged permits Partial, PairState {

  /** The name is older than what is in it: an upgrade finds its sequences there. */
  String STORE = "benchmarks";

  /**
   * Format 1 was a benchmark's state, whatever the model; format 2 is a state, format 3 a partial
   * sum.
   */
  Serde<Merged> SERDE =
      CompactSerde.of(
          "merged",
          merged -> merged instanceof PairState ? 2 : 3,
          (merged, out) -> {
            if (merged instanceof PairState state) {
              state.write(out);
            } else if (merged instanceof Partial partial) {
              partial.write(out);
            }
          },
          Map.of(1, OldBenchmarkState::read, 2, PairState::read, 3, Partial::read));
}
