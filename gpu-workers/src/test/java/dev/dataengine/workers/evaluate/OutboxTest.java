package dev.dataengine.workers.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dataengine.failure.Health;
import dev.dataengine.failure.Patience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** What was sent is waited for, and sent again where it came back. */
class OutboxTest {

  private static final Duration LOOK = Duration.ofMillis(10);

  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final Health health = new Health();
  private final List<Duration> pauses = new ArrayList<>();
  private Runnable whenWaited = () -> {};
  private final Outbox outbox =
      new Outbox(
          producer,
          new Patience(
              () -> true,
              health,
              (pause, running) -> {
                pauses.add(pause);
                whenWaited.run();
                return true;
              }));

  private void send(String value) throws Exception {
    outbox.send(
        new ProducerRecord<>("topic", value.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }

  @Test
  void settle_whatIsAnsweredMeanwhile_isWaitedForInShortLooks() throws Exception {
    send("a");
    send("b");
    whenWaited =
        () -> {
          if (pauses.size() == 3 || pauses.size() == 5) {
            producer.completeNext();
          }
        };

    outbox.settle();

    assertThat(pauses).hasSize(5).containsOnly(LOOK);
    assertThat(outbox.hasFailed()).isFalse();
    assertThat(health.status().outages()).isZero();
  }

  @Test
  void settle_nothingUnderway_waitsForNothing() throws Exception {
    outbox.settle();
    send("a");
    producer.completeNext();
    outbox.settle();

    assertThat(pauses).isEmpty();
  }

  @Test
  void settle_brokerThatDoesNotAnswerForFiveSeconds_isAway() throws Exception {
    send("a");
    send("b");
    whenWaited =
        () -> {
          if (!pauses.get(pauses.size() - 1).equals(LOOK)) {
            assertThat(health.status().state()).isEqualTo(Health.State.WAITING);
            producer.completeNext();
            producer.completeNext();
          }
        };

    outbox.settle();

    assertThat(pauses).hasSize(501);
    assertThat(pauses.subList(0, 500)).containsOnly(LOOK);
    assertThat(health.status().outages()).isEqualTo(1);
  }

  @Test
  void settle_recordThatCameBackSinceTheBrokerWasAway_isSentAgain() throws Exception {
    send("a");
    producer.errorNext(new TimeoutException("expired"));
    assertThat(outbox.hasFailed()).isTrue();
    whenWaited = producer::completeNext;

    outbox.settle();

    assertThat(producer.history()).hasSize(2);
    assertThat(outbox.hasFailed()).isFalse();
    assertThat(pauses).containsExactly(LOOK);
  }

  @Test
  void settle_recordThatTheBrokerDoesNotTake_saysWhy() throws Exception {
    send("a");
    producer.errorNext(new RecordTooLargeException("too large"));

    assertThatThrownBy(outbox::settle)
        .isInstanceOf(RecordTooLargeException.class)
        .hasMessage("too large");
  }

  @Test
  void send_producerWithoutRoom_waitsAndCountsItOnce() throws Exception {
    producer.sendException = new TimeoutException("no room");
    whenWaited = () -> producer.sendException = null;

    send("a");
    producer.completeNext();
    outbox.settle();

    assertThat(producer.history()).hasSize(1);
    assertThat(pauses).hasSize(1);
  }
}
