package dev.dataengine.producers.generator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.events.BadCase;
import dev.dataengine.events.Image;
import dev.dataengine.events.RejectedSample;
import dev.dataengine.events.RejectionReason;
import dev.dataengine.events.VqaSample;
import dev.dataengine.producers.topic.TopicConsumer;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.topics.Topic;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BatchWriterTest {

  /** Asks the one question, then answers with something that is none, and so on. */
  private static final class OnOff implements SampleWriter {

    private int calls;

    @Override
    public String name() {
      return "test/1";
    }

    @Override
    public Writing write(Image image, String type, List<BadCase> examples, RandomGenerator random) {
      return calls++ % 2 == 0
          ? new Writing.Written(
              new Draft("What is it?", List.of("a", "b", "c", "d"), 0, null, "raw"))
          : new Writing.Unparsable("raw " + calls, "no question");
    }
  }

  private final SchemaRegistryClient registry = new MockSchemaRegistryClient();
  private final EventSerde<VqaSample> samples = EventSerde.of(VqaSample.class, registry);
  private final EventSerde<RejectedSample> rejections =
      EventSerde.of(RejectedSample.class, registry);
  private final SampleGenerator generator = Fixtures.generator(100, new OnOff());
  private final Deque<MockProducer<byte[], byte[]>> producers = new ArrayDeque<>();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final TopicConsumer consumer = new TopicConsumer();
  private final BatchWriter writer =
      new BatchWriter(
          generator,
          new OutcomeRecords(registry),
          new GeneratorInputs(consumer, generator, registry, () -> true),
          new SampleTransactions(this::producer),
          new GeneratorMetrics(metrics));

  /** The first one's commit fails. */
  private MockProducer<byte[], byte[]> producer() {
    MockProducer<byte[], byte[]> producer =
        new MockProducer<>(
            /* autoComplete= */ true, null, new ByteArraySerializer(), new ByteArraySerializer());
    if (producers.isEmpty()) {
      producer.commitTransactionException = new TimeoutException("no answer");
    }
    producers.add(producer);
    return producer;
  }

  @BeforeEach
  void tell() {
    generator.images().put(Fixtures.image("i", "c"));
    generator.follow(Fixtures.weights(1, Map.of("t", 1.0)));
  }

  private BatchWriter.Result write(int room) {
    return writer.write(room, consumer.groupMetadata());
  }

  @Test
  void write_afterAFailedBatch_asksItsQuestionsAgain() {
    assertThat(write(1)).isEqualTo(BatchWriter.Result.IN_VAIN);
    write(1); // the writer's turn to fail

    assertThat(write(1)).isEqualTo(BatchWriter.Result.MADE);

    assertThat(questions()).containsExactly("What is it?");
    assertThat(reasons()).containsExactly(RejectionReason.UNPARSABLE);
  }

  @Test
  void write_afterAFailedBatch_takesItsRejectionsAlongOnce() {
    write(2);
    assertThat(write(0)).isEqualTo(BatchWriter.Result.NO_ATTEMPT);
    write(0);

    assertThat(questions()).isEmpty();
    assertThat(reasons()).containsExactly(RejectionReason.UNPARSABLE);
    assertThat(metrics.counter("dataengine.samples.rejected", "reason", "UNPARSABLE").count())
        .isEqualTo(1);
  }

  @Test
  void write_rejectionsWait_countAsPartOfTheBatch() {
    write(2);
    write(2);

    assertThat(producers.getLast().history()).hasSize(2);
  }

  private List<String> questions() {
    return sent(Topic.VQA_SAMPLES).stream()
        .map(r -> samples.deserialize(r.topic(), r.value()).getQuestion())
        .toList();
  }

  private List<RejectionReason> reasons() {
    return sent(Topic.REJECTED_SAMPLES).stream()
        .map(r -> rejections.deserialize(r.topic(), r.value()).getReason())
        .toList();
  }

  /** What is committed of the topic. */
  private List<ProducerRecord<byte[], byte[]>> sent(Topic topic) {
    return producers.stream()
        .flatMap(producer -> producer.history().stream())
        .filter(sent -> sent.topic().equals(topic.topicName()))
        .toList();
  }
}
