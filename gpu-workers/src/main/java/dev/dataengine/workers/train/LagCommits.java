package dev.dataengine.workers.train;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the group how far training is, for the generator that paces itself by lag. The checkpoint's
 * offsets rule, so a commit that fails is made again later and never matters otherwise.
 */
final class LagCommits {

  private static final Logger log = LoggerFactory.getLogger(LagCommits.class);
  private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final Duration LAST = Duration.ofSeconds(2);

  private final Consumer<byte[], byte[]> consumer;
  private final LongSupplier nanos;
  private Map<TopicPartition, OffsetAndMetadata> told = Map.of();
  private long at;

  /**
   * @param nanos as {@link System#nanoTime}
   */
  LagCommits(Consumer<byte[], byte[]> consumer, LongSupplier nanos) {
    this.consumer = consumer;
    this.nanos = nanos;
    this.at = nanos.getAsLong() - INTERVAL_NANOS;
  }

  boolean isDue() {
    return nanos.getAsLong() - at >= INTERVAL_NANOS;
  }

  /** Commits without waiting; costs nothing where nothing has changed. */
  void commit(Map<TopicPartition, OffsetAndMetadata> reached) {
    at = nanos.getAsLong();
    if (!reached.isEmpty() && !reached.equals(told)) {
      told = reached;
      consumer.commitAsync(
          reached,
          (offsets, failure) -> {
            if (failure != null) {
              told = Map.of();
            }
          });
    }
  }

  /** Commits and waits a little, also where a wake-up to stop is still pending. */
  void last(Map<TopicPartition, OffsetAndMetadata> reached) {
    try {
      try {
        consumer.commitSync(reached, LAST);
      } catch (WakeupException e) {
        consumer.commitSync(reached, LAST);
      }
    } catch (FencedInstanceIdException e) {
      throw e;
    } catch (KafkaException e) {
      log.atDebug().setCause(e).log("the last commit for lag did not get through");
    }
  }
}
