package dev.dataengine.producers.generator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class LettersTest {

  private static final TopicPartition P0 = new TopicPartition("images", 0);
  private static final TopicPartition P1 = new TopicPartition("images", 1);

  private final Letters letters = new Letters();

  private void add(TopicPartition partition, long offset, int bytes) {
    letters.add(
        new ConsumerRecord<>(partition.topic(), partition.partition(), offset, null, null),
        new ProducerRecord<>("images.dead-letter", null, new byte[bytes]));
  }

  @Test
  void first_manyLargeLetters_isBoundedButNeverNone() {
    for (int i = 0; i < 30; i++) {
      add(P0, i, 700 * 1024);
    }
    int first = letters.first().size();
    assertThat(first * 700L * 1024).isBetween(1L, Letters.MOST_BYTES);
    assertThat(letters.isFull()).isTrue();

    Letters huge = new Letters();
    huge.add(
        new ConsumerRecord<>("images", 0, 0, null, null),
        new ProducerRecord<>("images.dead-letter", null, new byte[9 << 20]));
    assertThat(huge.first()).hasSize(1);
  }

  @Test
  void first_manySmallLetters_isBoundedByTheirNumber() {
    for (int i = 0; i < Letters.MOST_LETTERS + 1; i++) {
      assertThat(letters.isFull()).isEqualTo(i >= Letters.MOST_LETTERS);
      add(P0, i, 1);
    }
    assertThat(letters.first()).hasSize(Letters.MOST_LETTERS);
    letters.sent(2);
    assertThat(letters.isFull()).isFalse();
    letters.sent(Letters.MOST_LETTERS - 1);
    assertThat(letters.isEmpty()).isTrue();
  }

  @Test
  void hold_lettersThatWait_keepTheOffsetsBeforeThem() {
    add(P0, 3, 1);
    add(P1, 5, 1);
    add(P0, 7, 1);
    add(P1, 9, 1);
    Map<TopicPartition, Long> offsets = new HashMap<>(Map.of(P0, 20L, P1, 30L));

    letters.hold(offsets, 1);
    assertThat(offsets).isEqualTo(Map.of(P0, 7L, P1, 5L));

    Map<TopicPartition, Long> all = new HashMap<>(Map.of(P0, 20L, P1, 30L));
    letters.hold(all, 4);
    assertThat(all).isEqualTo(Map.of(P0, 20L, P1, 30L));
  }
}
