package dev.dataengine.producers.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dataengine.failure.FailureKind;
import dev.dataengine.failure.Failures;
import dev.dataengine.failure.Health;
import dev.dataengine.failure.MisconfiguredException;
import dev.dataengine.failure.StoppedException;
import dev.dataengine.producers.loop.FakeCluster.Ask;
import dev.dataengine.producers.loop.FakeWorld;
import dev.dataengine.topics.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SampleTransactionsTest {

  private static final TopicPartition INPUT = new TopicPartition("images", 0);
  private static final String SAMPLES = Topic.VQA_SAMPLES.topicName();

  private final FakeWorld world = new FakeWorld();
  private final AtomicInteger made = new AtomicInteger();
  private final SampleTransactions transactions =
      new SampleTransactions(
          () -> {
            made.incrementAndGet();
            return world.cluster.producer("", Map.of("transactional.id", "t"));
          },
          world.cluster.consumer("", Map.of("group.id", "g")),
          world.parts().patience(),
          world.time::nanos);
  private long offset;

  @BeforeEach
  void addTopics() {
    world.cluster.addTopics(1);
  }

  private void send() throws Exception {
    offset++;
    transactions.send(
        "batch " + offset,
        List.of(new ProducerRecord<>(SAMPLES, new byte[] {1}, new byte[] {(byte) offset})),
        Map.of(INPUT, offset));
  }

  private List<Integer> visible() {
    return world.cluster.visible(SAMPLES).stream().map(r -> (int) r.value()[0]).toList();
  }

  private long committed() {
    OffsetAndMetadata offsets = world.cluster.committed("g").get(INPUT);
    return offsets == null ? -1 : offsets.offset();
  }

  private void failOnce(Ask at, RuntimeException failure) {
    fail(at, 1, failure);
  }

  private void fail(Ask at, int times, RuntimeException failure) {
    AtomicInteger left = new AtomicInteger(times);
    world.cluster.faults(
        ask -> {
          if (ask == at && left.getAndDecrement() > 0) {
            throw failure;
          }
        });
  }

  @Test
  void send_batch_isVisibleWithItsOffsets() throws Exception {
    send();
    assertThat(visible()).containsExactly(1);
    assertThat(committed()).isEqualTo(1);
    assertThat(made).hasValue(1);
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "INIT",
        "SEND",
        "SEND_OFFSETS",
        "COMMIT",
        "COMMIT_MARKERS",
        "COMMIT_ANSWER",
        "COMMITTED"
      })
  void send_brokerAwayAtAnyPoint_isOnceOnTheTopic(Ask at) throws Exception {
    send();
    AtomicInteger left = new AtomicInteger(5);
    world.cluster.faults(
        ask -> {
          // what is asked only after a failure fails too
          boolean commit = at == Ask.COMMITTED && ask == Ask.COMMIT && left.get() == 5;
          if ((ask == at || commit) && left.getAndDecrement() > 0) {
            throw new TimeoutException("no answer");
          }
        });

    world.health.running();
    transactions.close(); // so that INIT is asked again
    send();
    send();

    assertThat(visible()).containsExactly(1, 2, 3);
    assertThat(committed()).isEqualTo(3);
    assertThat(world.health.status().outages()).isPositive();
    assertThat(world.health.status().state()).isEqualTo(Health.State.RUNNING);
  }

  @Test
  void send_commitAnswerLost_isNotSentAgain() throws Exception {
    failOnce(Ask.COMMIT_ANSWER, new TimeoutException("no answer"));
    send();
    assertThat(visible()).containsExactly(1);
    assertThat(made).as("producers").hasValue(2);
    assertThat(world.cluster.transactions()).isEqualTo(1);
  }

  @Test
  void send_brokerSaysAbortAndTryAgain_isSentAgain() throws Exception {
    for (RuntimeException failure :
        List.of(
            new TransactionAbortableException("abort"),
            new InvalidPidMappingException("expired"),
            new KafkaException("in an error state", new TimeoutException("no answer")))) {
      failOnce(Ask.COMMIT, failure);
      send();
    }
    assertThat(visible()).containsExactly(1, 2, 3);
  }

  @Test
  void send_otherFailure_isThrownAndLeavesNoProducer() throws Exception {
    failOnce(Ask.COMMIT, new KafkaException("what is this"));
    assertThatThrownBy(this::send).hasMessage("what is this");
    send();
    assertThat(visible()).containsExactly(2);
  }

  @Test
  void send_fencedByAnother_isFinalAndSaysWhatToDo() throws Exception {
    send();
    world.cluster.producer("", Map.of("transactional.id", "t")).initTransactions();

    assertThatThrownBy(this::send)
        .isInstanceOf(MisconfiguredException.class)
        .hasMessageContaining("another generator has taken over")
        .hasMessageContaining("stop one of both");
    assertThat(made).hasValue(1);
    assertThat(visible()).containsExactly(1);
  }

  /** A process that stood still, or a machine that slept, is no other generator. */
  @Test
  void send_fencedByTheTransactionsTimeout_isSentAgain() throws Exception {
    for (RuntimeException fenced :
        List.of(new ProducerFencedException("old"), new InvalidProducerEpochException("old"))) {
      AtomicInteger left = new AtomicInteger(1);
      world.cluster.faults(
          ask -> {
            if (ask == Ask.COMMIT && left.getAndDecrement() > 0) {
              world.time.pass(SampleTransactions.TRANSACTION_TIMEOUT.plus(Duration.ofSeconds(1)));
              throw fenced;
            }
          });
      send();
    }
    assertThat(visible()).containsExactly(1, 2);
  }

  @Test
  void send_recordTheBrokerNeverTakes_isMisconfigured() {
    failOnce(Ask.SEND, new RecordTooLargeException("700000 bytes"));
    assertThatThrownBy(this::send)
        .satisfies(e -> assertThat(Failures.kindOf(e)).isEqualTo(FailureKind.MISCONFIGURED))
        .hasMessageContaining("max.message.bytes")
        .hasMessageContaining("700000 bytes");
  }

  /** One failed send tells enough: each of the others would block as long again. */
  @Test
  void send_firstRecordFails_theOthersAreNotHandedOver() throws Exception {
    AtomicInteger sends = new AtomicInteger();
    world.cluster.faults(
        ask -> {
          if (ask == Ask.SEND && sends.getAndIncrement() == 0) {
            throw new TimeoutException("topic not present in metadata");
          }
        });
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(SAMPLES, new byte[] {1}, new byte[] {1});
    transactions.send("b", List.of(record, record, record), Map.of(INPUT, 1L));
    assertThat(sends).hasValue(4);
    assertThat(visible()).hasSize(3);
  }

  @Test
  void send_stoppedWhileTheBrokerIsAway_ends() {
    fail(Ask.INIT, Integer.MAX_VALUE, new TimeoutException("no answer"));
    world.stop();
    assertThatThrownBy(this::send).isInstanceOf(StoppedException.class);
  }
}
