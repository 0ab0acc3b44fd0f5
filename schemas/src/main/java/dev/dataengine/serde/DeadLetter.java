package dev.dataengine.serde;

import dev.dataengine.benchmark.Sha256;
import dev.dataengine.topics.Topic;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The letter about a record: the record as it came, headers too. A record that was compressed on
 * its way, or is near the largest that a broker takes, would make a letter that no producer may
 * send. So what is larger than a bound goes by its first bytes, with its size and SHA-256 in
 * headers ({@code dataengine.value.size}, {@code .value.sha256}, the same for {@code key}, and
 * {@code dataengine.headers.dropped}); where the record is stands in every letter.
 */
final class DeadLetter {
  /** Key, value and headers of the largest record that goes whole: well below Kafka's 1 MiB. */
  static final int LARGEST = 700 * 1024;

  /** What is kept of a key or a value that does not. */
  static final int KEPT = 4 * 1024;

  private static final int LONGEST_REASON = 2_000;

  private DeadLetter() {}

  /** The letter without the headers that say where, who and why. */
  static ProducerRecord<byte[], byte[]> of(ConsumerRecord<byte[], byte[]> record) {
    String topic = Topic.named(record.topic()).deadLetterName();
    if (RecordSize.of(record.key(), record.value(), record.headers()) <= LARGEST) {
      ProducerRecord<byte[], byte[]> letter =
          new ProducerRecord<>(topic, record.key(), record.value());
      record.headers().forEach(letter.headers()::add);
      return letter;
    }
    ProducerRecord<byte[], byte[]> letter =
        new ProducerRecord<>(topic, first(record.key()), first(record.value()));
    tell(letter, "key", record.key());
    tell(letter, "value", record.value());
    header(letter, "headers.dropped", Integer.toString(record.headers().toArray().length));
    return letter;
  }

  private static void tell(
      ProducerRecord<byte[], byte[]> letter, String part, byte @Nullable [] bytes) {
    if (bytes != null && bytes.length > KEPT) {
      header(letter, part + ".size", Integer.toString(bytes.length));
      header(letter, part + ".sha256", Sha256.hex(bytes));
    }
  }

  private static byte @Nullable [] first(byte @Nullable [] bytes) {
    return bytes == null || bytes.length <= KEPT ? bytes : Arrays.copyOf(bytes, KEPT);
  }

  /** A reason that fits into a header. */
  static String cut(String reason) {
    return reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON) + "…";
  }

  static void header(ProducerRecord<byte[], byte[]> letter, String name, String value) {
    letter.headers().add("dataengine." + name, value.getBytes(StandardCharsets.UTF_8));
  }
}
