package dev.dataengine.streams;

import dev.dataengine.events.EvaluationResult;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/** A record of the input after the check. */
sealed interface Checked {

  /** A result that can be counted. */
  record Sound(EvaluationResult result) implements Checked {}

  /** One that cannot, as it came; the headers of its record say why. */
  record Refused(@Nullable Bytes key, @Nullable Bytes value) implements Checked {}
}
