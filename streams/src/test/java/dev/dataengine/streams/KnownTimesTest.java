package dev.dataengine.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Records without a time, which Kafka Streams would end on. */
class KnownTimesTest {

  private static final TopicPartition FIRST = new TopicPartition("t", 0);
  private static final TopicPartition SECOND = new TopicPartition("t", 1);

  @Test
  void allWithATime_areTheVeryRecordsThatCame() {
    ConsumerRecords<byte[], byte[]> records = records(List.of(record(0, 5, 0), record(0, 6, 7)));

    assertThat(new KnownTimes().onConsume(records)).isSameAs(records);
  }

  @Test
  void oneWithout_isGivenTheFirstOfTimesAndNothingElseChanges() {
    ConsumerRecords<byte[], byte[]> records =
        records(List.of(record(0, 5, 9), record(0, 6, -1), record(1, 3, -1)));

    ConsumerRecords<byte[], byte[]> known = new KnownTimes().onConsume(records);

    assertThat(known)
        .extracting(
            ConsumerRecord::partition,
            ConsumerRecord::offset,
            ConsumerRecord::timestamp,
            r -> r.key()[0],
            r -> r.value()[0],
            r -> r.headers().lastHeader("h").value()[0])
        .containsExactlyInAnyOrder(
            tuple(0, 5L, 9L, (byte) 5, (byte) 6, (byte) 7),
            tuple(0, 6L, 0L, (byte) 6, (byte) 7, (byte) 8),
            tuple(1, 3L, 0L, (byte) 3, (byte) 4, (byte) 5));
    assertThat(known.nextOffsets()).isEqualTo(records.nextOffsets());
  }

  /** As the topology's sources take it. */
  @ParameterizedTest
  @CsvSource({"7, 3, 7", "0, 3, 0", "-1, 3, 3", "-1, -1, 0"})
  void fromRecord_isItsTimeOrThatOfItsPartition(long timestamp, long partitionTime, long expected) {
    ConsumerRecord<byte[], byte[]> record = record(0, 1, timestamp);
    ConsumerRecord<Object, Object> read =
        new ConsumerRecord<>(
            "t",
            0,
            1,
            timestamp,
            TimestampType.CREATE_TIME,
            1,
            1,
            record.key(),
            record.value(),
            record.headers(),
            Optional.empty());

    assertThat(new FromRecord().extract(read, partitionTime)).isEqualTo(expected);
  }

  private static ConsumerRecord<byte[], byte[]> record(int partition, long offset, long timestamp) {
    RecordHeaders headers = new RecordHeaders();
    headers.add("h", new byte[] {(byte) (offset + 2)});
    return new ConsumerRecord<>(
        "t",
        partition,
        offset,
        timestamp,
        TimestampType.CREATE_TIME,
        1,
        1,
        new byte[] {(byte) offset},
        new byte[] {(byte) (offset + 1)},
        headers,
        Optional.of(4));
  }

  private static ConsumerRecords<byte[], byte[]> records(
      List<ConsumerRecord<byte[], byte[]>> records) {
    Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> byPartition =
        Map.of(
            FIRST, records.stream().filter(r -> r.partition() == 0).toList(),
            SECOND, records.stream().filter(r -> r.partition() == 1).toList());
    return new ConsumerRecords<>(byPartition, Map.of(FIRST, new OffsetAndMetadata(7)));
  }
}
