package dev.dataengine.streams;

import org.jspecify.annotations.Nullable;

/** What a counting task reads. */
sealed interface Input {

  /** A record of the results as it came; null for a tombstone. */
  record Result(byte @Nullable [] bytes) implements Input {}

  /** Something that the merge asks. */
  record Asked(Ask ask) implements Input {}
}
