package dev.dataengine.producers.generator;

import dev.dataengine.events.BadCase;
import dev.dataengine.events.Image;
import dev.dataengine.events.RejectedSample;
import dev.dataengine.events.VqaSample;
import dev.dataengine.events.WeightUpdate;
import dev.dataengine.producers.loop.FakeWorld;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.topics.Topic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;

/** A generator on a cluster of its own, and what it is told. */
abstract class GeneratorHarness {

  static final String SAMPLES = Topic.VQA_SAMPLES.topicName();

  /** Asks every image another question. */
  static final class Counting implements SampleWriter {
    private int calls;

    @Override
    public String name() {
      return "test/1";
    }

    @Override
    public Writing write(Image image, String type, List<BadCase> examples, RandomGenerator random) {
      return new Writing.Written(
          new Draft("Question " + calls++ + "?", List.of("a", "b", "c", "d"), 0, null, "raw"));
    }
  }

  final FakeWorld world = new FakeWorld();
  final EventSerde<WeightUpdate> weights = EventSerde.of(WeightUpdate.class, world.registry);
  final EventSerde<BadCase> badCases = EventSerde.of(BadCase.class, world.registry);
  final EventSerde<Image> images = EventSerde.of(Image.class, world.registry);
  final EventSerde<VqaSample> samples = EventSerde.of(VqaSample.class, world.registry);
  final EventSerde<RejectedSample> rejections = EventSerde.of(RejectedSample.class, world.registry);
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  SampleWriter writer = new Counting();
  GeneratorConfig config = Fixtures.config(8, 8, 100);

  @BeforeEach
  void addTopics() {
    world.cluster.addTopics(2);
  }

  GeneratorLoop loop() {
    return new GeneratorLoop(
        config, writer, Fixtures.guard(), new GeneratorMetrics(meters), world.parts());
  }

  GeneratorLoop stepped(int steps) throws Exception {
    GeneratorLoop loop = loop();
    step(loop, steps);
    return loop;
  }

  static void step(GeneratorLoop loop, int steps) throws Exception {
    for (int i = 0; i < steps; i++) {
      loop.step();
    }
  }

  void append(Topic topic, int partition, byte @Nullable [] value) {
    world.cluster.append(topic, partition, 0, "key", value);
  }

  void publish(String imageId) {
    append(
        Topic.IMAGES,
        0,
        images.serialize(Topic.IMAGES.topicName(), Fixtures.image(imageId, imageId)));
  }

  void weigh(long sequence, Map<String, Double> probabilities) {
    weigh(0, Fixtures.weights(sequence, probabilities));
  }

  void weigh(int partition, WeightUpdate update) {
    append(
        Topic.QUESTION_TYPE_WEIGHTS,
        partition,
        weights.serialize(Topic.QUESTION_TYPE_WEIGHTS.topicName(), update));
  }

  void train() {
    Map<TopicPartition, OffsetAndMetadata> group = world.cluster.committed("trainers.m");
    for (int i = 0; i < 2; i++) {
      long end =
          world
              .cluster
              .consumer("", Map.of())
              .endOffsets(List.of(new TopicPartition(SAMPLES, i)), java.time.Duration.ZERO)
              .values()
              .iterator()
              .next();
      group.put(new TopicPartition(SAMPLES, i), new OffsetAndMetadata(end));
    }
  }

  List<VqaSample> written() {
    return world.cluster.visible(SAMPLES).stream()
        .map(r -> samples.deserialize(SAMPLES, r.value()))
        .toList();
  }

  List<String> reasons(Topic topic) {
    return world.cluster.visible(topic.deadLetterName()).stream()
        .map(GeneratorHarness::reason)
        .toList();
  }

  private static String reason(ConsumerRecord<byte[], byte[]> letter) {
    return new String(
        letter.headers().lastHeader("dataengine.reason").value(), StandardCharsets.UTF_8);
  }

  /** Answers with something that is no question. */
  static SampleWriter unparsable(String raw) {
    return new SampleWriter() {
      @Override
      public String name() {
        return "test/1";
      }

      @Override
      public Writing write(
          Image image, String type, List<BadCase> examples, RandomGenerator random) {
        return new Writing.Unparsable(raw, "no question");
      }
    };
  }
}
