package dev.dataengine.serde;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.benchmark.Sha256;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.internal.AbstractRecords;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.junit.jupiter.api.Test;

class DeadLetterTest {

  /** What Kafka's producer sends at most, unless told otherwise: max.request.size. */
  private static final long LARGEST_REQUEST = 1_048_576;

  private static ConsumerRecord<byte[], byte[]> record(byte[] key, byte[] value) {
    return new ConsumerRecord<>("images", 1, 5, key, value);
  }

  private static ProducerRecord<byte[], byte[]> letter(
      ConsumerRecord<byte[], byte[]> record, String reason) {
    List<ProducerRecord<byte[], byte[]>> letters = new ArrayList<>();
    new DeadLetters("tester", letters::add).send(record, reason);
    return letters.get(0);
  }

  @Property(tries = 60)
  void letter_ofAnyRecord_canBeSent(
      @ForAll @IntRange(max = 5_000_000) int key,
      @ForAll @IntRange(max = 5_000_000) int value,
      @ForAll @IntRange(max = 2_000_000) int header,
      @ForAll @IntRange(max = 500_000) int headerKey,
      @ForAll @IntRange(max = 200_000) int headers,
      @ForAll @IntRange(max = 3_000_000) int reason) {
    ConsumerRecord<byte[], byte[]> record = record(new byte[key], new byte[value]);
    record.headers().add("\u9418".repeat(headerKey), new byte[header]);
    for (int i = 0; i < headers; i++) {
      record.headers().add("", null);
    }

    ProducerRecord<byte[], byte[]> letter = letter(record, "x".repeat(reason));

    // what the producer itself reckons
    int size =
        AbstractRecords.estimateSizeInBytesUpperBound(
            RecordBatch.CURRENT_MAGIC_VALUE,
            CompressionType.NONE,
            letter.key(),
            letter.value(),
            letter.headers().toArray());
    assertThat(size).isLessThan((int) LARGEST_REQUEST - 100_000);
  }

  @Test
  void letter_ofALargeRecord_saysWhatItWas() {
    byte[] value = new byte[2_000_000];
    new Random(1).nextBytes(value);

    ProducerRecord<byte[], byte[]> letter = letter(record("k".getBytes(UTF_8), value), "large");

    assertThat(letter.key()).isEqualTo("k".getBytes(UTF_8));
    assertThat(letter.value()).isEqualTo(Arrays.copyOf(value, DeadLetter.KEPT));
    assertThat(header(letter, "value.size")).isEqualTo("2000000");
    assertThat(header(letter, "value.sha256")).isEqualTo(Sha256.hex(value));
    assertThat(header(letter, "offset")).isEqualTo("5");
    assertThat(letter.headers().lastHeader("dataengine.key.size")).isNull();
  }

  @Test
  void letter_ofARecordAtTheBound_isTheRecordAsItCame() {
    byte[] value = new byte[DeadLetter.LARGEST - 1];

    assertThat(letter(record(new byte[1], value), "bad").value()).isEqualTo(value);
  }

  private static String header(ProducerRecord<byte[], byte[]> letter, String name) {
    return new String(letter.headers().lastHeader("dataengine." + name).value(), UTF_8);
  }
}
