package dev.dataengine.producers.generator;

import dev.dataengine.serde.RecordSize;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Dead letters that wait for a transaction, in the order of their records. A transaction takes a
 * bounded part of them, and with it only offsets before the first letter that it leaves. For one
 * thread.
 */
final class Letters {

  /** Bytes of letters in one transaction, and about as many may wait. */
  static final long MOST_BYTES = 8L << 20;

  static final int MOST_LETTERS = 500;

  private record Letter(
      TopicPartition partition, long offset, ProducerRecord<byte[], byte[]> record) {

    long bytes() {
      return RecordSize.of(record.key(), record.value(), record.headers());
    }
  }

  private final Deque<Letter> waiting = new ArrayDeque<>();
  private long bytes;

  void add(ConsumerRecord<byte[], byte[]> about, ProducerRecord<byte[], byte[]> record) {
    Letter letter =
        new Letter(new TopicPartition(about.topic(), about.partition()), about.offset(), record);
    waiting.addLast(letter);
    bytes += letter.bytes();
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Whether some should go before more is read. */
  boolean isFull() {
    return bytes >= MOST_BYTES || waiting.size() >= MOST_LETTERS;
  }

  /** The first ones, as many as go into one transaction. */
  List<ProducerRecord<byte[], byte[]>> first() {
    List<ProducerRecord<byte[], byte[]>> first = new ArrayList<>();
    long sum = 0;
    for (Letter letter : waiting) {
      sum += letter.bytes();
      if (first.size() >= MOST_LETTERS || (sum > MOST_BYTES && !first.isEmpty())) {
        break;
      }
      first.add(letter.record());
    }
    return first;
  }

  /**
   * Moves offsets back to the first letter of each partition that the first {@code count} leave.
   */
  void hold(Map<TopicPartition, Long> offsets, int count) {
    waiting.stream()
        .skip(count)
        .forEach(
            left ->
                offsets.computeIfPresent(left.partition(), (p, o) -> Math.min(o, left.offset())));
  }

  /** Forgets the first ones, which are written. */
  void sent(int count) {
    for (int i = 0; i < count; i++) {
      bytes -= waiting.removeFirst().bytes();
    }
  }
}
