package dev.dataengine.workers.model;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a user asks of a model's precision. */
public enum PrecisionChoice {
  /**
   * bfloat16 where the processor multiplies it, else float32. It is no timing: that would differ
   * from start to start, and between a trainer and an evaluator that start together.
   */
  @JsonProperty("auto")
  AUTO,
  @JsonProperty("float32")
  FLOAT32,
  @JsonProperty("bfloat16")
  BFLOAT16;

  /** The precision to use on this machine. */
  public Precision resolve() {
    return switch (this) {
      case FLOAT32 -> Precision.FLOAT32;
      case BFLOAT16 -> Precision.BFLOAT16;
      case AUTO -> Processor.multipliesBfloat16() ? Precision.BFLOAT16 : Precision.FLOAT32;
    };
  }

  /** The choice of a precision, as of one that was recorded. */
  public static PrecisionChoice of(Precision precision) {
    return precision == Precision.BFLOAT16 ? BFLOAT16 : FLOAT32;
  }
}
