package dev.dataengine.follow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class NewestOfKeyTest {

  private final NewestOfKey newest = new NewestOfKey(2);

  private static ConsumerRecord<byte[], byte[]> record(int partition, long time, String key) {
    return new ConsumerRecord<>(
        "images",
        partition,
        0,
        time,
        TimestampType.CREATE_TIME,
        0,
        0,
        key.getBytes(UTF_8),
        null,
        new RecordHeaders(),
        Optional.empty());
  }

  @Test
  void isOutdated_earlierRecordOfAnotherPartition_is() {
    newest.take(record(4, 20, "a"));

    assertThat(newest.isOutdated(record(0, 10, "a"))).isTrue();
    assertThat(newest.isOutdated(record(0, 20, "a"))).isFalse();
    assertThat(newest.isOutdated(record(0, 10, "b"))).isFalse();
  }

  @Test
  void isOutdated_earlierTimeInTheSamePartition_isNot() {
    newest.take(record(4, 20, "a"));

    assertThat(newest.isOutdated(record(4, 10, "a"))).isFalse();
  }

  @Test
  void take_moreKeysThanAreKept_forgetsTheOneTakenLongestAgo() {
    newest.take(record(4, 20, "a"));
    newest.take(record(4, 20, "b"));
    newest.take(record(4, 20, "a"));
    newest.take(record(4, 20, "c"));

    assertThat(newest.isOutdated(record(0, 10, "a"))).isTrue();
    assertThat(newest.isOutdated(record(0, 10, "b"))).isFalse();
  }

  @Test
  void clear_afterATake_nothingIsOutdated() {
    newest.take(record(4, 20, "a"));
    newest.clear();

    assertThat(newest.isOutdated(record(0, 10, "a"))).isFalse();
  }
}
