package dev.dataengine.producers.generator;

import dev.dataengine.events.RejectedSample;
import dev.dataengine.events.VqaSample;

/** What one attempt at a sample gave. */
sealed interface Outcome {

  /** A sample that passed every check. */
  record Made(VqaSample sample) implements Outcome {}

  /** A candidate that failed one. */
  record Refused(RejectedSample rejected) implements Outcome {}

  /** Nothing can be written now: no weights yet, no image, or no type that fits any. */
  record Nothing() implements Outcome {}
}
