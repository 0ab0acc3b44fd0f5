package dev.dataengine.producers.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class SampleTransactionsTest {

  private static final Map<TopicPartition, OffsetAndMetadata> OFFSETS =
      Map.of(new TopicPartition("images", 0), new OffsetAndMetadata(7));

  private final Deque<MockProducer<byte[], byte[]>> made = new ArrayDeque<>();
  private final SampleTransactions transactions =
      new SampleTransactions(
          () -> {
            made.addLast(
                new MockProducer<>(
                    true, null, new ByteArraySerializer(), new ByteArraySerializer()));
            return made.getLast();
          });
  private final ConsumerGroupMetadata group =
      new MockConsumer<byte[], byte[]>("earliest").groupMetadata();

  private boolean send() {
    return transactions.send(
        List.of(new ProducerRecord<>("vqa-samples", new byte[] {1})), OFFSETS, group);
  }

  @Test
  void send_batch_isCommittedWithItsOffsets() {
    assertThat(send()).isTrue();
    assertThat(made.getLast().commitCount()).isEqualTo(1);
    assertThat(made.getLast().history()).hasSize(1);
    assertThat(made.getLast().consumerGroupOffsetsHistory()).hasSize(1);
  }

  @Test
  void send_commitTimesOut_isFalseAndTheNextHasANewProducer() {
    send();
    made.getLast().commitTransactionException = new TimeoutException("no answer");

    assertThat(send()).isFalse();
    assertThat(made.getLast().closed()).isTrue();
    assertThat(send()).isTrue();
    assertThat(made).hasSize(2);
    assertThat(made.getLast().transactionInitialized()).isTrue();
  }

  @Test
  void send_fenced_isFinal() {
    send();
    made.getLast().fenceProducer();
    assertThatThrownBy(this::send).isInstanceOf(ProducerFencedException.class);
    assertThat(made).hasSize(1);
  }
}
