package dev.dataengine.producers.generator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.events.BadCase;
import dev.dataengine.events.BoundingBox;
import dev.dataengine.events.Image;
import dev.dataengine.events.ImageObject;
import dev.dataengine.events.TypeWeight;
import dev.dataengine.events.VqaSample;
import dev.dataengine.events.WeightUpdate;
import dev.dataengine.producers.loop.FakeWorld;
import dev.dataengine.producers.scenes.SceneImages;
import dev.dataengine.producers.scenes.SceneSpace;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.topics.Topic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One odd record among sound ones: it goes to the dead letters or is used for what it is, and
 * samples are written, at this start and the next.
 */
class OddRecordsTest {

  private static final String LONG = "x".repeat(600 * 1024);

  private final FakeWorld world = new FakeWorld();
  private final EventSerde<VqaSample> samples = EventSerde.of(VqaSample.class, world.registry);

  @BeforeEach
  void addTopics() {
    world.cluster.addTopics(1);
  }

  private void append(Topic topic, String key, SpecificRecord event) {
    world.cluster.append(topic, 0, 0, key, bytes(topic, event));
  }

  @SuppressWarnings("unchecked")
  private byte[] bytes(Topic topic, SpecificRecord event) {
    EventSerde<SpecificRecord> serde =
        EventSerde.of((Class<SpecificRecord>) event.getClass(), world.registry);
    return serde.serialize(topic.topicName(), event);
  }

  private void appendSound() {
    for (int i = 0; i < 20; i++) {
      Image image = SceneImages.image(SceneSpace.PUBLISHED.generator(1).scene(i), Instant.EPOCH);
      append(Topic.IMAGES, image.getImageId(), image);
    }
    append(
        Topic.QUESTION_TYPE_WEIGHTS,
        "scenes|m",
        Fixtures.weights(1, Map.of("attribute_recognition", 1.0)));
  }

  /** A trainer that consumes all there is. */
  private void train() {
    TopicPartition partition = new TopicPartition(Topic.VQA_SAMPLES.topicName(), 0);
    long end =
        world
            .cluster
            .consumer("", Map.of())
            .endOffsets(List.of(partition), Duration.ZERO)
            .getOrDefault(partition, 0L);
    world.cluster.committed("trainers.m").put(partition, new OffsetAndMetadata(end));
  }

  private List<VqaSample> run() throws Exception {
    train();
    int before = world.cluster.visible(Topic.VQA_SAMPLES.topicName()).size();
    try (GeneratorLoop loop =
        GeneratorLoop.withRules(
            Fixtures.config(64, 16, 4_096),
            Fixtures.guard(),
            world.parts(),
            new SimpleMeterRegistry())) {
      for (int i = 0; i < 5; i++) {
        loop.step();
      }
    }
    return world.cluster.visible(Topic.VQA_SAMPLES.topicName()).stream()
        .skip(before)
        .map(samples::event)
        .toList();
  }

  private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
    Header header = letter.headers().lastHeader("dataengine." + name);
    return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
  }

  private void assertRefusedOnce(Topic topic, String reason) throws Exception {
    assertThat(run()).isNotEmpty();
    assertThat(run()).isNotEmpty();
    List<ConsumerRecord<byte[], byte[]>> letters = world.cluster.visible(topic.deadLetterName());
    assertThat(letters).hasSize(1);
    assertThat(header(letters.get(0), "reason")).contains(reason);
    assertThat(header(letters.get(0), "service")).isEqualTo("generator");
  }

  private static Image image(java.util.function.Consumer<Image> change) {
    Image image = Fixtures.image("odd", "odd");
    image.setCaptions(new ArrayList<>());
    change.accept(image);
    return image;
  }

  static Stream<Arguments> images() {
    BoundingBox nan = new BoundingBox(Double.NaN, 1.0, 1.0, 1.0);
    ImageObject object = new ImageObject("cat", nan, Map.of());
    return Stream.of(
        Arguments.of(image(i -> i.setImageId(LONG)), "image_id: expected 1 to 1000 characters"),
        Arguments.of(image(i -> i.setImageId("")), "image_id: expected 1 to 1000 characters"),
        Arguments.of(image(i -> i.setSha256("")), "sha256: expected 64"),
        Arguments.of(image(i -> i.setWidth(0)), "sides of at least 1, got 0 by 10"),
        Arguments.of(image(i -> i.setHeight(-5)), "sides of at least 1"),
        Arguments.of(image(i -> i.setWidth(Integer.MAX_VALUE)), "sides of at most 65535"),
        Arguments.of(image(i -> i.setHeight(4_000_000)), "sides of at most 65535"),
        Arguments.of(image(i -> i.setObjects(List.of(object))), "bbox of 'cat': expected finite"),
        Arguments.of(
            image(i -> i.setEmbedding(Collections.nCopies(20_000, 1f))), "embedding: expected"));
  }

  @ParameterizedTest
  @MethodSource("images")
  void image_odd_isRefused(Image odd, String reason) throws Exception {
    append(Topic.IMAGES, "odd", odd);
    appendSound();
    assertRefusedOnce(Topic.IMAGES, reason);
  }

  static Stream<Arguments> updates() {
    return Stream.of(
        Arguments.of(Map.of("a", Double.NaN), "probability of 'a': expected 0 to 1, got NaN"),
        Arguments.of(Map.of("a", -0.1), "probability of 'a': expected 0 to 1, got -0.1"),
        Arguments.of(
            Map.of("a", Double.POSITIVE_INFINITY, "b", 0.5),
            "probability of 'a': expected 0 to 1, got Infinity"),
        Arguments.of(Map.of("a", 1e308, "b", 1e308), "expected 0 to 1, got 1.0E308"),
        Arguments.of(Map.of("a", 0.0), "at least one of positive probability, got 1"),
        Arguments.of(Map.of(), "at least one of positive probability, got 0"),
        Arguments.of(Map.of(LONG, 1.0), "question type: expected 1 to 1000 characters"));
  }

  /** The weights before it go on. */
  @ParameterizedTest
  @MethodSource("updates")
  void weights_odd_areRefusedAndTheFormerGoOn(Map<String, Double> probabilities, String reason)
      throws Exception {
    appendSound();
    append(Topic.QUESTION_TYPE_WEIGHTS, "scenes|m", Fixtures.weights(2, probabilities));
    assertRefusedOnce(Topic.QUESTION_TYPE_WEIGHTS, reason);
  }

  static Stream<Arguments> oddTypes() {
    return Stream.of(
        Arguments.of(new TypeWeight(-1L, 0.0, 0.0, 1.0, 1.0), "n of 'a': expected at least 0"),
        Arguments.of(new TypeWeight(2L, 3.0, 1.0, 1.0, 1.0), "errors of 'a': expected 0 to 2"),
        Arguments.of(
            new TypeWeight(2L, Double.NaN, 1.0, 1.0, 1.0),
            "errors of 'a': expected 0 to 2, got NaN"),
        Arguments.of(new TypeWeight(2L, 1.0, -0.5, 1.0, 1.0), "error_rate of 'a': expected 0 to 1"),
        Arguments.of(
            new TypeWeight(2L, 1.0, 0.5, Double.POSITIVE_INFINITY, 1.0),
            "weight of 'a': expected a number from 0 on, got Infinity"));
  }

  @ParameterizedTest
  @MethodSource("oddTypes")
  void weights_ofAnOddType_areRefused(TypeWeight type, String reason) throws Exception {
    appendSound();
    WeightUpdate update = Fixtures.weights(2, Map.of());
    update.setTypes(Map.of("a", type));
    append(Topic.QUESTION_TYPE_WEIGHTS, "scenes|m", update);
    assertRefusedOnce(Topic.QUESTION_TYPE_WEIGHTS, reason);
  }

  @ParameterizedTest
  @CsvSource({
    "0,1,'sequence: expected at least 1, got 0'",
    "2,-1,'model_version: expected at least 0, got -1'"
  })
  void weights_ofAnOddNumber_areRefused(long sequence, long version, String reason)
      throws Exception {
    appendSound();
    WeightUpdate update = Fixtures.weights(sequence, Map.of("attribute_recognition", 1.0));
    update.setModelVersion(version);
    append(Topic.QUESTION_TYPE_WEIGHTS, "scenes|m", update);
    assertRefusedOnce(Topic.QUESTION_TYPE_WEIGHTS, reason);
  }

  @Test
  void weights_ofFifteenThousandTypes_areFollowed() throws Exception {
    appendSound();
    Map<String, TypeWeight> types = new HashMap<>();
    for (int i = 0; i < 15_000; i++) {
      types.put("type " + i, new TypeWeight(1L, 1.0, 1.0, 1.0, 0.5 / 15_000));
    }
    types.put("attribute_recognition", new TypeWeight(1L, 1.0, 1.0, 1.0, 0.5));
    WeightUpdate update = Fixtures.weights(2, Map.of());
    update.setTypes(types);
    append(Topic.QUESTION_TYPE_WEIGHTS, "scenes|m", update);

    assertThat(run()).isNotEmpty().allMatch(s -> s.getWeightSequence() == 2);
  }

  static Stream<Arguments> badCases() {
    return Stream.of(
        Arguments.of("bad_case_id", "bad_case_id: expected 1 to 1000 characters, got 614400"),
        Arguments.of("question_type", "question_type: expected 1 to 1000 characters"),
        Arguments.of("image_id", "image_id: expected 1 to 1000 characters"),
        Arguments.of("question", "question, choices and answers: expected at most 50000"),
        Arguments.of("choices", "question, choices and answers: expected at most 50000"),
        Arguments.of("answer", "question, choices and answers: expected at most 50000"));
  }

  @ParameterizedTest
  @MethodSource("badCases")
  void badCase_ofEnormousLength_isRefused(String field, String reason) throws Exception {
    BadCase odd = Fixtures.badCase("b", "attribute_recognition", "i");
    odd.put(field, field.equals("choices") ? List.of(LONG) : LONG);
    append(Topic.BAD_CASES, "t", odd);
    appendSound();
    assertRefusedOnce(Topic.BAD_CASES, reason);
  }

  @Test
  void badCase_tombstone_isRefused() throws Exception {
    world.cluster.append(Topic.BAD_CASES, 0, -1, "t", null);
    appendSound();
    assertRefusedOnce(Topic.BAD_CASES, "no value: expected an event, got a tombstone");
  }

  /** Near the largest record, as after decompression: the letter says which, and fits. */
  @Test
  void record_aboutAMebibyte_isLetteredByItsBeginning() throws Exception {
    byte[] noise = new byte[1_040_000];
    new Random(1).nextBytes(noise);
    noise[0] = 1;
    world.cluster.append(Topic.IMAGES, 0, -1, "k", noise);
    appendSound();
    assertRefusedOnce(Topic.IMAGES, "");
    ConsumerRecord<byte[], byte[]> letter =
        world.cluster.visible(Topic.IMAGES.deadLetterName()).get(0);
    assertThat(header(letter, "value.size")).isEqualTo("1040000");
  }

  @Test
  void record_with600kBKey_isLetteredOrUsed() throws Exception {
    world.cluster.append(Topic.BAD_CASES, 0, -1, LONG, new byte[] {1});
    append(
        Topic.IMAGES,
        LONG,
        SceneImages.image(SceneSpace.PUBLISHED.generator(1).scene(50), Instant.EPOCH));
    appendSound();
    assertRefusedOnce(Topic.BAD_CASES, "");
    assertThat(world.cluster.visible(Topic.IMAGES.deadLetterName())).isEmpty();
  }

  /** A question as long as a record, published with its image: no sample, a rejection. */
  @Test
  void question_asLongAsARecord_isRejectedAndTheOthersWritten() throws Exception {
    Image odd = Fixtures.image("odd", "odd");
    odd.setQuestions(
        List.of(
            new dev.dataengine.events.AnnotatedQuestion(
                LONG, "dog", "attribute_recognition", List.of("cat", "cow", "ox"))));
    append(Topic.IMAGES, "odd", odd);
    appendSound();
    List<VqaSample> written = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      written.addAll(run());
    }
    assertThat(written).isNotEmpty().allMatch(s -> s.getQuestion().length() < 4_000);
    assertThat(world.cluster.visible(Topic.REJECTED_SAMPLES.topicName()))
        .as("the long one was tried, and its rejection fits")
        .anyMatch(r -> new String(r.value(), StandardCharsets.UTF_8).contains("614400"));
  }

  @Test
  void names_withOddCharacters_areOnlyNames() throws Exception {
    String benchmark = "a|b/ü \n${x}";
    GeneratorConfig config =
        new GeneratorConfig(
            benchmark, "m", List.of(), "", 64, 16, 100, 100, 500, 10, 16, 4, 10_000, 1);
    appendSound();
    WeightUpdate update = Fixtures.weights(3, Map.of("attribute_recognition", 1.0));
    update.setBenchmark(benchmark);
    append(Topic.QUESTION_TYPE_WEIGHTS, benchmark + "|m", update);
    try (GeneratorLoop loop =
        GeneratorLoop.withRules(
            config, Fixtures.guard(), world.parts(), new SimpleMeterRegistry())) {
      for (int i = 0; i < 4; i++) {
        loop.step();
      }
    }
    assertThat(world.cluster.visible(Topic.VQA_SAMPLES.topicName()))
        .isNotEmpty()
        .allMatch(r -> samples.event(r).getBenchmark().equals(benchmark));
  }
}
