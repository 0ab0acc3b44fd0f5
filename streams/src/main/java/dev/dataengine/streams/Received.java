package dev.dataengine.streams;

import dev.dataengine.events.EvaluationResult;
import dev.dataengine.serde.EventSerde;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * A result with its bytes as they came: what turns out to make no sense goes to the dead letters
 * unchanged.
 */
record Received(Bytes bytes, @Nullable EvaluationResult result) {

  /** Reads only: nothing writes results here. */
  static Serde<Received> serde(EventSerde<EvaluationResult> results) {
    return Serdes.serdeFrom(
        (topic, received) -> received.bytes().get(),
        (topic, bytes) ->
            bytes == null
                ? null
                : new Received(Bytes.wrap(bytes), results.deserialize(topic, bytes)));
  }
}
