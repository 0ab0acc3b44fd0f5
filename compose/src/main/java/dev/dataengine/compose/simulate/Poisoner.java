package dev.dataengine.compose.simulate;

import dev.dataengine.events.EvaluationResult;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.topics.Topic;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** Puts records that are bad among the others, and remembers where. */
final class Poisoner {
  private static final List<Topic> TOPICS =
      List.of(
          Topic.IMAGES,
          Topic.EVALUATION_RESULTS,
          Topic.MODEL_VERSIONS,
          Topic.QUESTION_TYPE_WEIGHTS,
          Topic.BAD_CASES,
          Topic.VQA_SAMPLES);

  private static final String PREFIX = "poison-";

  private final World world;
  private final SplittableRandom random;
  private final Map<Topic, List<String>> keys = new TreeMap<>();
  private final Map<Topic, List<String>> places = new TreeMap<>();
  private int sent;

  Poisoner(World world) {
    this.world = world;
    this.random = world.random().split();
  }

  static boolean isPoison(ConsumerRecord<byte[], byte[]> record) {
    return record.key() != null
        && new String(record.key(), StandardCharsets.UTF_8).startsWith(PREFIX);
  }

  void poison() {
    Topic topic = TOPICS.get(random.nextInt(TOPICS.size()));
    byte[] value =
        topic == Topic.EVALUATION_RESULTS && random.nextBoolean() ? senseless() : broken(topic);
    String key = PREFIX + sent++;
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic.topicName(), key.getBytes(StandardCharsets.UTF_8), value);
    TopicPartition partition = world.cluster().partitionFor(record);
    long offset = world.cluster().append(record);
    keys.computeIfAbsent(topic, t -> new ArrayList<>()).add(key);
    places.computeIfAbsent(topic, t -> new ArrayList<>()).add(partition.partition() + "@" + offset);
    world.story().tell("%s of %d bytes at %s@%d".formatted(key, value.length, partition, offset));
  }

  /** Keys of the bad records of a topic. */
  List<String> keys(Topic topic) {
    return keys.getOrDefault(topic, List.of());
  }

  /** Where they are, as partition@offset. */
  List<String> places(Topic topic) {
    return places.getOrDefault(topic, List.of());
  }

  /** Noise, nothing at all, an event that is cut off, or one of another topic's schema. */
  private byte[] broken(Topic topic) {
    List<ConsumerRecord<byte[], byte[]>> there = world.cluster().read(topic.topicName());
    return switch (random.nextInt(3)) {
      case 0 -> noise();
      case 1 -> new byte[0];
      default -> there.isEmpty() ? noise() : cutOff(there.get(random.nextInt(there.size())));
    };
  }

  private byte[] noise() {
    byte[] noise = new byte[1 + random.nextInt(200)];
    random.nextBytes(noise);
    return noise;
  }

  private byte[] cutOff(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null || record.value().length < 8) {
      return noise();
    }
    return java.util.Arrays.copyOf(record.value(), 5 + random.nextInt(3));
  }

  /** A result that can be read and makes no sense. */
  private byte[] senseless() {
    EvaluationResult result =
        Results.of("nobody", random.nextBoolean() ? Long.MAX_VALUE : 3, "q", "t", Double.NaN, 0);
    return EventSerde.of(EvaluationResult.class, world.registry().direct())
        .serialize(Topic.EVALUATION_RESULTS.topicName(), result);
  }
}
