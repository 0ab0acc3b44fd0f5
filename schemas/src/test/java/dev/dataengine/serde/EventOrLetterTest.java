package dev.dataengine.serde;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.events.BadCase;
import dev.dataengine.events.Promotion;
import dev.dataengine.failure.Health;
import dev.dataengine.failure.Patience;
import dev.dataengine.failure.RecordPolicy;
import dev.dataengine.topics.Topic;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a consumed record: its event, a dead letter, or another try. */
class EventOrLetterTest {

  private static final String TOPIC = Topic.BAD_CASES.topicName();

  private final MockSchemaRegistryClient registry = new MockSchemaRegistryClient();
  private final EventSerde<BadCase> serde = EventSerde.of(BadCase.class, registry);
  private final List<ProducerRecord<byte[], byte[]>> letters = new ArrayList<>();

  private Optional<BadCase> read(ConsumerRecord<byte[], byte[]> record) {
    Patience patience = new Patience(() -> false, new Health());
    return RecordPolicy.deadLetters(patience, new DeadLetters("tester", letters::add))
        .apply(record, serde::event);
  }

  @Test
  void read_anEvent_isIt() {
    BadCase event = (BadCase) new SomeEvent(1).of(BadCase.class);

    assertThat(read(record(serde.serialize(TOPIC, event)))).contains(event);
    assertThat(letters).isEmpty();
  }

  /** Nothing; another magic byte; a schema that the registry does not know. */
  @ParameterizedTest
  @ValueSource(strings = {"", "7b7d", "0000000fff00"})
  void read_garbage_goesToTheDeadLettersAsItCame(String hex) {
    byte[] garbage = HexFormat.of().parseHex(hex);
    ConsumerRecord<byte[], byte[]> record = record(garbage);
    record.headers().add("trace", "7".getBytes(UTF_8));

    assertThat(read(record)).isEmpty();

    assertThat(letters).hasSize(1);
    ProducerRecord<byte[], byte[]> letter = letters.get(0);
    assertThat(letter.topic()).isEqualTo("bad-cases.dead-letter");
    assertThat(letter.key()).isEqualTo("key".getBytes(UTF_8));
    assertThat(letter.value()).isEqualTo(garbage);
    assertThat(header(letter, "trace")).isEqualTo("7");
    assertThat(header(letter, "dataengine.topic")).isEqualTo("bad-cases");
    assertThat(header(letter, "dataengine.partition")).isEqualTo("3");
    assertThat(header(letter, "dataengine.offset")).isEqualTo("42");
    assertThat(header(letter, "dataengine.service")).isEqualTo("tester");
    assertThat(header(letter, "dataengine.reason")).isNotBlank();
  }

  @Test
  void read_aTombstone_goesToTheDeadLetters() {
    assertThat(read(record(null))).isEmpty();

    assertThat(header(letters.get(0), "dataengine.reason"))
        .isEqualTo("no value: expected an event, got a tombstone");
  }

  @Test
  void read_anotherEvent_goesToTheDeadLetters() {
    Promotion other = (Promotion) new SomeEvent(1).of(Promotion.class);
    byte[] bytes = EventSerde.of(Promotion.class, registry).serialize("other", other);

    assertThat(read(record(bytes))).isEmpty();

    assertThat(letters).hasSize(1);
  }

  /**
   * A text of length -1…: Avro reports a broken number as an I/O error, as an absent registry is.
   */
  @Test
  void read_aBrokenNumber_goesToTheDeadLetters() {
    byte[] event = serde.serialize(TOPIC, (BadCase) new SomeEvent(1).of(BadCase.class));
    byte[] broken = Arrays.copyOf(event, 20);
    Arrays.fill(broken, 5, 20, (byte) 0xff);

    assertThat(read(record(broken))).isEmpty();

    assertThat(letters).hasSize(1);
  }

  private static ConsumerRecord<byte[], byte[]> record(byte @Nullable [] value) {
    return new ConsumerRecord<>(TOPIC, 3, 42, "key".getBytes(UTF_8), value);
  }

  private static String header(ProducerRecord<byte[], byte[]> letter, String name) {
    return new String(letter.headers().lastHeader(name).value(), UTF_8);
  }
}
