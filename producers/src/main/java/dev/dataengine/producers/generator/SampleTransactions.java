package dev.dataengine.producers.generator;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends batches of records with the input offsets, each batch whole or not at all. After a failure
 * the producer is made anew: that ends whatever transaction it left behind. Being fenced by another
 * producer of the same transactional.id is final. For one thread.
 */
final class SampleTransactions implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(SampleTransactions.class);
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(2);

  private final Supplier<Producer<byte[], byte[]>> producers;
  private @Nullable Producer<byte[], byte[]> producer;

  SampleTransactions(Supplier<Producer<byte[], byte[]>> producers) {
    this.producers = producers;
  }

  /**
   * One transaction.
   *
   * @return whether it was committed; false: nothing of it can be seen, unless the broker committed
   *     and its answer was lost
   * @throws KafkaException where another instance has taken over or the broker refuses this one
   */
  boolean send(
      List<ProducerRecord<byte[], byte[]>> records,
      Map<TopicPartition, OffsetAndMetadata> offsets,
      ConsumerGroupMetadata group) {
    try {
      Producer<byte[], byte[]> open = open();
      open.beginTransaction();
      for (ProducerRecord<byte[], byte[]> record : records) {
        var unused = open.send(record); // a failure comes back from the commit
      }
      open.sendOffsetsToTransaction(offsets, group);
      open.commitTransaction();
      return true;
    } catch (ProducerFencedException
        | InvalidProducerEpochException
        | AuthenticationException
        | AuthorizationException
        | UnsupportedVersionException e) {
      throw e;
    } catch (KafkaException e) {
      if (e.getCause() instanceof ProducerFencedException fenced) {
        throw fenced;
      }
      log.atWarn()
          .setCause(e)
          .addKeyValue("records", records.size())
          .log("transaction failed; starting anew");
      close();
      return false;
    }
  }

  private Producer<byte[], byte[]> open() {
    Producer<byte[], byte[]> open = producer;
    if (open == null) {
      open = producers.get();
      producer = open;
      open.initTransactions();
    }
    return open;
  }

  @Override
  public void close() {
    Producer<byte[], byte[]> open = producer;
    producer = null;
    if (open != null) {
      open.close(CLOSE_WITHIN);
    }
  }
}
