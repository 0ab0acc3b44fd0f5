package dev.dataengine.producers.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dataengine.clients.KafkaClients;
import dev.dataengine.config.ConnectionConfig;
import dev.dataengine.failure.Health;
import dev.dataengine.failure.Patience;
import dev.dataengine.failure.StoppedException;
import dev.dataengine.producers.loop.FakeWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ImageSenderTest {

  private static final ProducerRecord<byte[], byte[]> RECORD =
      new ProducerRecord<>("images", new byte[] {1});

  private final FakeWorld world = new FakeWorld();
  private final List<ProducerRecord<byte[], byte[]>> delivered = new ArrayList<>();
  private final List<ImageSender.Refusal> refused = new ArrayList<>();

  private ImageSender sender(Producer<byte[], byte[]> producer, Patience patience) {
    return new ImageSender(producer, patience, world.time::nanos, delivered::add, refused::add);
  }

  private ImageSender sender(Producer<byte[], byte[]> producer) {
    return sender(producer, world.parts().patience());
  }

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

  private static MockProducer<byte[], byte[]> slow() {
    return new MockProducer<>(
        /* autoComplete= */ false, null, new ByteArraySerializer(), new ByteArraySerializer());
  }

  @Test
  void send_noRoomForAWhile_isTriedAgainAndDeliveredOnce() throws Exception {
    FullProducer producer = new FullProducer(3);
    try (ImageSender sender = sender(producer)) {
      sender.send(RECORD);
      sender.requireProgress();
    }
    assertThat(producer.history()).containsExactly(RECORD);
    assertThat(delivered).containsExactly(RECORD);
    assertThat(world.health.status().outages()).isEqualTo(1);
  }

  /** Kafka's own producer: no broker is at port 9, so it never hears of the topic. */
  @Test
  void send_noBrokerAndStopped_returnsSoon() {
    KafkaClients nowhere =
        KafkaClients.of(new ConnectionConfig("127.0.0.1:9", "http://127.0.0.1:9"));
    Health health = new Health();
    long start = System.nanoTime();
    try (ImageSender sender =
        sender(
            nowhere.producer("test", ImageSender.settings()), new Patience(() -> false, health))) {
      assertThatThrownBy(() -> sender.send(RECORD)).isInstanceOf(StoppedException.class);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
    assertThat(health.status()).hasToString("waiting for the broker");
    assertThat(delivered).isEmpty();
  }

  @Test
  void requireProgress_brokerRefusesTheSize_isToldAndGoesOn() throws Exception {
    MockProducer<byte[], byte[]> producer = slow();
    try (ImageSender sender = sender(producer)) {
      sender.send(RECORD);
      producer.errorNext(new RecordTooLargeException("too large"));
      sender.requireProgress();
      assertThat(refused).extracting(ImageSender.Refusal::record).containsExactly(RECORD);
    }
  }

  @Test
  void requireProgress_brokerRefusesUs_throwsThat() throws Exception {
    MockProducer<byte[], byte[]> producer = slow();
    try (ImageSender sender = sender(producer)) {
      sender.send(RECORD);
      producer.errorNext(new TopicAuthorizationException("images"));
      assertThatThrownBy(sender::requireProgress).isInstanceOf(TopicAuthorizationException.class);
    }
  }

  /** The producer holds what it took; nobody would hear that the broker is away. */
  @Test
  void requireProgress_nothingDeliveredForAWhile_saysThatItWaits() throws Exception {
    MockProducer<byte[], byte[]> producer = slow();
    try (ImageSender sender = sender(producer)) {
      sender.send(RECORD);
      world.time.pass(Duration.ofSeconds(4));
      sender.requireProgress();
      assertThat(world.health.status().outages()).isZero();
      world.time.pass(Duration.ofSeconds(2));
      world.stop();
      assertThatThrownBy(sender::requireProgress).isInstanceOf(StoppedException.class);
      assertThat(world.health.status()).hasToString("waiting for the broker");
      producer.completeNext();
      sender.requireProgress();
      assertThat(delivered).containsExactly(RECORD);
    }
  }
}
