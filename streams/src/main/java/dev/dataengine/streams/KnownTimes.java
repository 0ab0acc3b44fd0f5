package dev.dataengine.streams;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Gives records without a time (-1) one: the thread that fills global stores ends on them, and with
 * it the whole of Kafka Streams. Public because the consumer makes it by reflection.
 */
public final class KnownTimes implements ConsumerInterceptor<byte[], byte[]> {

  @Override
  public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
    boolean all = true;
    for (ConsumerRecord<byte[], byte[]> record : records) {
      all &= record.timestamp() >= 0;
    }
    if (all) {
      return records;
    }
    Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> known = new HashMap<>();
    for (TopicPartition partition : records.partitions()) {
      List<ConsumerRecord<byte[], byte[]>> timed = new ArrayList<>();
      records.records(partition).forEach(record -> timed.add(timed(record)));
      known.put(partition, timed);
    }
    return new ConsumerRecords<>(known, records.nextOffsets());
  }

  private static ConsumerRecord<byte[], byte[]> timed(ConsumerRecord<byte[], byte[]> record) {
    return record.timestamp() >= 0
        ? record
        : new ConsumerRecord<>(
            record.topic(),
            record.partition(),
            record.offset(),
            0,
            record.timestampType(),
            record.serializedKeySize(),
            record.serializedValueSize(),
            record.key(),
            record.value(),
            record.headers(),
            record.leaderEpoch());
  }

  @Override
  public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {
    // nothing depends on it
  }

  @Override
  public void close() {
    // holds nothing
  }

  @Override
  public void configure(Map<String, ?> settings) {
    // has none
  }
}
