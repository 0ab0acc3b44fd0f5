package dev.dataengine.workers.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.dataengine.workers.tensor.TorchScript;
import java.util.List;

/** What a user asks of a model's precision. */
public enum PrecisionChoice {
  /** Whichever is faster on this machine. */
  @JsonProperty("auto")
  AUTO,
  @JsonProperty("float32")
  FLOAT32,
  @JsonProperty("bfloat16")
  BFLOAT16;

  private static final int SIDE = 384;
  private static final int REPEATS = 12;

  /** The precision to use; AUTO times a product in both, some milliseconds. */
  public Precision resolve(NDManager parent, TorchScript functions) {
    return switch (this) {
      case FLOAT32 -> Precision.FLOAT32;
      case BFLOAT16 -> Precision.BFLOAT16;
      case AUTO -> {
        try (NDManager scratch = parent.newSubManager()) {
          NDArray wide = scratch.ones(new Shape(SIDE, SIDE));
          NDArray narrow = functions.call("bfloat16").with(wide).run();
          yield time(functions, narrow) < time(functions, wide)
              ? Precision.BFLOAT16
              : Precision.FLOAT32;
        }
      }
    };
  }

  private static long time(TorchScript functions, NDArray matrix) {
    long best = Long.MAX_VALUE;
    for (int i = 0; i < REPEATS; i++) {
      long start = System.nanoTime();
      functions.call("product").with("t", List.of(matrix)).run().close();
      best = Math.min(best, System.nanoTime() - start);
    }
    return best;
  }
}
