package dev.dataengine.producers.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dataengine.config.ConnectionConfig;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ImageSenderTest {

  private static final ProducerRecord<byte[], byte[]> RECORD =
      new ProducerRecord<>("images", new byte[] {1});

  private final Counter delivered = new SimpleMeterRegistry().counter("delivered");

  /** Takes nothing the first so many times, and says so as Kafka's producer does. */
  private static final class FullProducer extends MockProducer<byte[], byte[]> {

    private int refusals;

    FullProducer(int refusals) {
      super(/* autoComplete= */ true, null, new ByteArraySerializer(), new ByteArraySerializer());
      this.refusals = refusals;
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<byte[], byte[]> record, Callback callback) {
      if (refusals-- > 0) {
        TimeoutException full = new TimeoutException("no room in the buffer");
        callback.onCompletion(
            new RecordMetadata(new TopicPartition("images", -1), -1, -1, -1, -1, -1), full);
        return CompletableFuture.failedFuture(full);
      }
      return super.send(record, callback);
    }
  }

  @Test
  void send_noRoomForAWhile_isTriedAgainAndDeliveredOnce() throws Exception {
    FullProducer producer = new FullProducer(3);
    try (ImageSender sender = new ImageSender(producer, () -> true, delivered)) {
      sender.send(RECORD);
      sender.requireDelivered();
    }
    assertThat(producer.history()).containsExactly(RECORD);
    assertThat(delivered.count()).isEqualTo(1);
  }

  /** Kafka's own producer: no broker is at port 9, so it never hears of the topic. */
  @Test
  void send_noBrokerAndStopped_returnsSoonWithoutFailure() throws Exception {
    ConnectionConfig nowhere = new ConnectionConfig("127.0.0.1:9", "http://127.0.0.1:9");
    AtomicInteger asked = new AtomicInteger();
    long start = System.nanoTime();
    try (ImageSender sender =
        new ImageSender(
            new KafkaProducer<>(ImageSender.patient(nowhere.producer("test"))),
            () -> asked.incrementAndGet() <= 1,
            delivered)) {
      sender.send(RECORD);
      sender.requireDelivered();
    }
    assertThat(asked).hasValue(2);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
    assertThat(delivered.count()).isZero();
  }

  @Test
  void requireDelivered_brokerRefusesTheRecord_throwsThat() {
    MockProducer<byte[], byte[]> producer =
        new MockProducer<>(
            /* autoComplete= */ false, null, new ByteArraySerializer(), new ByteArraySerializer());
    try (ImageSender sender = new ImageSender(producer, () -> true, delivered)) {
      sender.send(RECORD);
      producer.errorNext(new RecordTooLargeException("too large"));

      assertThatThrownBy(sender::requireDelivered).isInstanceOf(RecordTooLargeException.class);
    }
  }

  @Test
  void patient_ownSettings_stay() {
    Map<String, Object> settings = ImageSender.patient(new HashMap<>(Map.of("max.block.ms", "7")));

    assertThat(settings)
        .containsEntry("max.block.ms", "7")
        .containsEntry("delivery.timeout.ms", "2147483647");
  }
}
