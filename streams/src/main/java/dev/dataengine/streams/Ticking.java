package dev.dataengine.streams;

import java.time.Duration;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.Punctuator;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.jspecify.annotations.Nullable;

/**
 * A processor's clock, which runs only while something waits for it: a tick makes Kafka Streams
 * commit. A task that Kafka Streams revives keeps its clock, so a processor stops it in {@code
 * init}. For the processor's thread.
 */
final class Ticking {

  private final Duration every;
  private @Nullable Cancellable clock;

  Ticking(long everyMillis) {
    every = Duration.ofMillis(Math.max(1, everyMillis));
  }

  /** Starts the clock where it does not run. */
  void start(ProcessorContext<?, ?> context, Punctuator tick) {
    if (clock == null) {
      clock = context.schedule(every, PunctuationType.WALL_CLOCK_TIME, tick);
    }
  }

  void stop() {
    if (clock != null) {
      clock.cancel();
      clock = null;
    }
  }
}
