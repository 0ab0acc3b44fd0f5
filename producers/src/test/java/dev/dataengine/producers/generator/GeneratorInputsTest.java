package dev.dataengine.producers.generator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.events.VqaSample;
import dev.dataengine.producers.topic.Registries;
import dev.dataengine.producers.topic.TopicConsumer;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.topics.Topic;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GeneratorInputsTest {

  /** So that reading for ever is a failure and no hang. */
  private final long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();

  private static final int WINDOW = 2;

  private final SchemaRegistryClient registry = new MockSchemaRegistryClient();
  private final EventSerde<VqaSample> serde = EventSerde.of(VqaSample.class, registry);
  private final TopicConsumer consumer = new TopicConsumer();
  private final SampleGenerator generator = Fixtures.generator(WINDOW, new RulesSampleWriter());

  private boolean isRunning() {
    return System.nanoTime() < deadline;
  }

  @BeforeEach
  void addTopics() {
    consumer.add(Topic.VQA_SAMPLES, 2);
    for (Topic input : List.of(Topic.QUESTION_TYPE_WEIGHTS, Topic.BAD_CASES, Topic.IMAGES)) {
      consumer.add(input, 1);
    }
  }

  private byte[] sample(String question) {
    return serde.serialize(Topic.VQA_SAMPLES.topicName(), Fixtures.sample("i", question));
  }

  private void append(int partition, long timestamp, byte @Nullable [] value) {
    consumer.append(Topic.VQA_SAMPLES, partition, timestamp, "i", value);
  }

  private GeneratorInputs replay(SchemaRegistryClient from) throws InterruptedException {
    GeneratorInputs inputs = new GeneratorInputs(consumer, generator, from, this::isRunning);
    inputs.replay(WINDOW);
    return inputs;
  }

  @Test
  void replay_samplesOfTwoPartitions_theNewestFillTheWindow() throws InterruptedException {
    append(0, 1, sample("a"));
    append(0, 4, sample("d"));
    append(1, 2, sample("b"));
    append(1, 3, sample("c"));

    replay(registry);

    assertThat(List.of("a", "b", "c", "d"))
        .filteredOn(question -> generator.recent().contains("i", question))
        .containsExactly("c", "d");
  }

  @Test
  void replay_samplesThatAreNone_areLeftOutWithoutALetter() throws InterruptedException {
    byte[] broken = Arrays.copyOf(sample("a"), 20);
    Arrays.fill(broken, 5, 20, (byte) 0xff);
    append(0, 1, broken);
    append(0, 2, null);
    append(1, 1, new byte[] {0x7b, 0x7d});
    append(1, 2, sample("b"));

    GeneratorInputs inputs = replay(registry);

    assertThat(generator.recent().contains("i", "b")).isTrue();
    assertThat(inputs.letters()).isEmpty();
  }

  @Test
  void replay_registryAwayForAWhile_remembersTheSample() throws InterruptedException {
    append(0, 1, sample("a"));

    replay(Registries.awayFor(1, registry));

    assertThat(generator.recent().contains("i", "a")).isTrue();
  }
}
