package dev.dataengine.producers.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dataengine.events.BadCase;
import dev.dataengine.events.Image;
import dev.dataengine.events.RejectedSample;
import dev.dataengine.events.RejectionReason;
import dev.dataengine.events.VqaSample;
import dev.dataengine.events.WeightUpdate;
import dev.dataengine.failure.Health;
import dev.dataengine.producers.loop.FakeCluster.Ask;
import dev.dataengine.producers.loop.FakeWorld;
import dev.dataengine.producers.loop.Registries;
import dev.dataengine.producers.scenes.SceneImages;
import dev.dataengine.producers.scenes.SceneSpace;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.topics.Topic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GeneratorLoopTest {

  private static final String SAMPLES = Topic.VQA_SAMPLES.topicName();

  /** Asks every image another question. */
  private static final class Counting implements SampleWriter {
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

  private final FakeWorld world = new FakeWorld();
  private final EventSerde<WeightUpdate> weights =
      EventSerde.of(WeightUpdate.class, world.registry);
  private final EventSerde<BadCase> badCases = EventSerde.of(BadCase.class, world.registry);
  private final EventSerde<Image> images = EventSerde.of(Image.class, world.registry);
  private final EventSerde<VqaSample> samples = EventSerde.of(VqaSample.class, world.registry);
  private final EventSerde<RejectedSample> rejections =
      EventSerde.of(RejectedSample.class, world.registry);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private SampleWriter writer = new Counting();
  private GeneratorConfig config = Fixtures.config(8, 8, 100);

  @BeforeEach
  void addTopics() {
    world.cluster.addTopics(2);
  }

  private GeneratorLoop loop() {
    return new GeneratorLoop(
        config, writer, Fixtures.guard(), new GeneratorMetrics(meters), world.parts());
  }

  private GeneratorLoop stepped(int steps) throws Exception {
    GeneratorLoop loop = loop();
    step(loop, steps);
    return loop;
  }

  private static void step(GeneratorLoop loop, int steps) throws Exception {
    for (int i = 0; i < steps; i++) {
      loop.step();
    }
  }

  private void append(Topic topic, int partition, byte @Nullable [] value) {
    world.cluster.append(topic, partition, 0, "key", value);
  }

  private void publish(String imageId) {
    append(
        Topic.IMAGES,
        0,
        images.serialize(Topic.IMAGES.topicName(), Fixtures.image(imageId, imageId)));
  }

  private void weigh(long sequence, Map<String, Double> probabilities) {
    weigh(0, Fixtures.weights(sequence, probabilities));
  }

  private void weigh(int partition, WeightUpdate update) {
    append(
        Topic.QUESTION_TYPE_WEIGHTS,
        partition,
        weights.serialize(Topic.QUESTION_TYPE_WEIGHTS.topicName(), update));
  }

  private void train() {
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

  private List<VqaSample> written() {
    return world.cluster.visible(SAMPLES).stream()
        .map(r -> samples.deserialize(SAMPLES, r.value()))
        .toList();
  }

  private List<String> reasons(Topic topic) {
    return world.cluster.visible(topic.deadLetterName()).stream()
        .map(GeneratorLoopTest::reason)
        .toList();
  }

  private static String reason(ConsumerRecord<byte[], byte[]> letter) {
    return new String(
        letter.headers().lastHeader("dataengine.reason").value(), StandardCharsets.UTF_8);
  }

  @Test
  void step_weightsOfItsPair_areFollowedAndNamedInTheSamples() throws Exception {
    publish("i");
    weigh(3, Map.of("t", 1.0));
    WeightUpdate other = Fixtures.weights(4, Map.of("u", 1.0));
    other.setModel("m2");
    weigh(0, other);
    WeightUpdate benchmark = Fixtures.weights(5, Map.of("v", 1.0));
    benchmark.setBenchmark("nlvr");
    weigh(0, benchmark);

    stepped(3);

    assertThat(written())
        .hasSize(8)
        .allSatisfy(
            s -> {
              assertThat(s.getQuestionType()).isEqualTo("t");
              assertThat(s.getModel()).isEqualTo("m");
              assertThat(s.getBenchmark()).isEqualTo("scenes");
              assertThat(s.getWeightSequence()).isEqualTo(3);
            });
  }

  /** Another model's trainers do not make room. */
  @Test
  void step_otherTrainersConsume_roomIsItsOwnTrainers() throws Exception {
    publish("i");
    weigh(1, Map.of("t", 1.0));
    GeneratorLoop loop = stepped(10);
    int full = written().size();
    for (int i = 0; i < 2; i++) {
      TopicPartition partition = new TopicPartition(SAMPLES, i);
      world.cluster.committed("trainers.m2").put(partition, new OffsetAndMetadata(1_000));
    }
    step(loop, 10);
    assertThat(written()).hasSize(full);
    train();
    step(loop, 10);
    assertThat(written().size()).isGreaterThan(full);
  }

  @Test
  void config_groupAndTransactionalId_areOfBenchmarkAndModel() {
    GeneratorConfig defaults = GeneratorConfig.defaults();
    assertThat(defaults.on("scenes", "d").producerId()).isEqualTo("generator.scenes|tiny-llava");
    assertThat(defaults.on("scenes", "d").group()).isEqualTo("generator.scenes|tiny-llava");
    assertThat(defaults.on("a|b.c", "d").group())
        .isNotEqualTo(Fixtures.config(1, 1, 1).on("x", "d").group());
    assertThat(Fixtures.config(1, 1, 1).on("nlvr", "d").benchmark())
        .as("a configured name stays")
        .isEqualTo("scenes");
    assertThat(Fixtures.config(1, 1, 1).on("nlvr", "d").benchmarkDirs()).containsExactly("d");
  }

  /** Two benchmarks on one cluster. */
  @Test
  void step_generatorsOfTwoBenchmarks_doNotFenceEachOther() throws Exception {
    publish("i");
    weigh(1, Map.of("t", 1.0));
    GeneratorLoop one = stepped(2);
    GeneratorConfig other =
        new GeneratorConfig("nlvr", "m", List.of(), "", 8, 8, 100, 100, 500, 10, 16, 4, 10_000, 1);
    GeneratorLoop two =
        new GeneratorLoop(
            other, writer, Fixtures.guard(), new GeneratorMetrics(meters), world.parts());
    step(two, 2);
    train();
    step(one, 3);
    assertThat(written().size()).isGreaterThan(8);
  }

  @Test
  void step_eightFailedTransactionsInARow_writesOnceTheyEnd() throws Exception {
    publish("i");
    weigh(1, Map.of("t", 1.0));
    GeneratorLoop loop = stepped(1);
    int[] left = {8};
    world.cluster.faults(
        ask -> {
          if (ask == Ask.COMMIT && left[0]-- > 0) {
            throw new TimeoutException("no answer");
          }
        });
    step(loop, 3);
    assertThat(written()).as("the batch that failed, once").hasSize(8);
    train();
    step(loop, 20);
    assertThat(written().size()).isGreaterThan(8);
  }

  @Test
  void step_addedPartitionsOfEveryTopic_areNoticed() throws Exception {
    publish("i");
    weigh(1, Map.of("t", 1.0));
    GeneratorLoop loop = stepped(3);
    for (Topic topic : List.of(Topic.IMAGES, Topic.BAD_CASES, Topic.VQA_SAMPLES)) {
      world.cluster.add(topic.topicName(), 3);
    }
    byte[] image = images.serialize(Topic.IMAGES.topicName(), Fixtures.image("late", "late"));
    append(Topic.IMAGES, 2, image);
    append(
        Topic.BAD_CASES,
        2,
        badCases.serialize(Topic.BAD_CASES.topicName(), Fixtures.badCase("b", "t", "i")));
    world.time.pass(java.time.Duration.ofSeconds(11));
    append(Topic.VQA_SAMPLES, 2, samples.serialize(SAMPLES, Fixtures.sample("x", "foreign")));
    train();
    step(loop, 40);

    List<VqaSample> fresh = written().stream().filter(s -> !s.getInContextIds().isEmpty()).toList();
    assertThat(fresh).extracting(VqaSample::getImageId).contains("late");
    assertThat(meters.get("dataengine.generator.lag").gauge().value())
        .as("with the added partition's sample, which nobody consumes")
        .isPositive();
  }

  /** The topics are read in any order; the key of the weights may have moved with its partition. */
  @Test
  void step_weightsInTwoPartitions_theNewestCount() throws Exception {
    publish("i");
    WeightUpdate newest = Fixtures.weights(9, Map.of("new", 1.0));
    weigh(0, newest);
    weigh(1, Fixtures.weights(8, Map.of("old", 1.0)));
    stepped(3);
    assertThat(written()).isNotEmpty().allMatch(s -> s.getQuestionType().equals("new"));
  }

  @Test
  void step_weightsOfOnePartition_theLastCountsWhateverItsTime() throws Exception {
    publish("i");
    weigh(9, Map.of("old", 1.0));
    weigh(1, Map.of("new", 1.0));
    stepped(3);
    assertThat(written()).isNotEmpty().allMatch(s -> s.getQuestionType().equals("new"));
  }

  @Test
  void step_refusedRecords_goToTheDeadLettersOnceAndTheRestGoesOn() throws Exception {
    publish("i");
    weigh(1, Map.of("t", 1.0));
    append(Topic.QUESTION_TYPE_WEIGHTS, 0, null);
    append(Topic.BAD_CASES, 0, new byte[] {0x7b, 0x7d});
    append(Topic.IMAGES, 1, new byte[0]);
    stepped(3).close();
    stepped(3).close();

    assertThat(reasons(Topic.QUESTION_TYPE_WEIGHTS))
        .containsExactly("no value: expected an event, got a tombstone");
    assertThat(reasons(Topic.BAD_CASES)).hasSize(1);
    assertThat(reasons(Topic.IMAGES)).hasSize(1);
    assertThat(written()).isNotEmpty();
  }

  /** More than one transaction's worth, large and small, with a crash in the middle of them. */
  @Test
  void step_manyLargeRefusedRecords_goOnceEachThroughACrash() throws Exception {
    byte[] large = new byte[600 * 1024];
    Arrays.fill(large, (byte) 1);
    for (int i = 0; i < 40; i++) {
      world.cluster.append(Topic.IMAGES, i % 2, 0, "k" + i, large);
    }
    for (int i = 0; i < 1_200; i++) {
      world.cluster.append(Topic.BAD_CASES, i % 2, 0, "k", new byte[] {1, (byte) i});
    }
    int[] commits = {0};
    world.cluster.faults(
        ask -> {
          if (ask == Ask.COMMIT && ++commits[0] == 3) {
            throw new IllegalStateException("crash");
          }
        });
    GeneratorLoop crashed = loop();
    assertThatThrownBy(() -> step(crashed, 50)).hasMessage("crash");
    crashed.close();
    GeneratorLoop again = stepped(50);

    assertThat(world.cluster.visible(Topic.IMAGES.deadLetterName())).hasSize(40);
    assertThat(world.cluster.visible(Topic.BAD_CASES.deadLetterName())).hasSize(1_200);
    step(again, 5);
    again.close();
    stepped(20);
    assertThat(world.cluster.visible(Topic.IMAGES.deadLetterName())).hasSize(40);
    assertThat(world.cluster.visible(Topic.BAD_CASES.deadLetterName())).hasSize(1_200);
  }

  /** What waits is bounded while the topics are read too. */
  @Test
  void step_manyRefusedRecordsOnStart_goWhileTheOthersAreRead() throws Exception {
    for (int i = 0; i < 1_200; i++) {
      world.cluster.append(Topic.BAD_CASES, i % 2, 0, "k", new byte[] {1, (byte) i});
    }
    try (GeneratorLoop loop = stepped(1)) {
      assertThat(loop.isStarted()).isTrue();
      assertThat(world.cluster.visible(Topic.BAD_CASES.deadLetterName()))
          .hasSizeGreaterThan(1_200 - Letters.MOST_LETTERS);
    }
  }

  @Test
  void step_rejectionsOnly_backsOff() throws Exception {
    writer =
        new SampleWriter() {
          @Override
          public String name() {
            return "test/1";
          }

          @Override
          public Writing write(
              Image image, String type, List<BadCase> examples, RandomGenerator random) {
            return new Writing.Unparsable("raw", "no question");
          }
        };
    publish("i");
    weigh(1, Map.of("t", 1.0));
    GeneratorLoop loop = stepped(1);
    long begun = world.time.nanos();
    step(loop, 8);
    double seconds = (world.time.nanos() - begun) / 1e9;
    assertThat(seconds).isBetween(10.0, 26.0); // 0.1 s · (2 + 4 + … + 64), and more
    assertThat(world.cluster.visible(Topic.REJECTED_SAMPLES.topicName()))
        .hasSizeBetween(48, 64)
        .allSatisfy(
            r ->
                assertThat(rejections.deserialize(r.topic(), r.value()).getReason())
                    .isEqualTo(RejectionReason.UNPARSABLE));
    assertThat(meters.counter("dataengine.samples.rejected", "reason", "UNPARSABLE").count())
        .isBetween(48.0, 64.0);
  }

  @Test
  void step_samplesOfTwoPartitions_theNewestFillTheWindowOfDuplicates() throws Exception {
    RecentQuestions recent = new RecentQuestions(2);
    long[] times = {1, 4, 2, 3};
    String[] questions = {"a", "d", "b", "c"};
    for (int i = 0; i < 4; i++) {
      world.cluster.append(
          Topic.VQA_SAMPLES,
          i / 2,
          times[i],
          "i",
          samples.serialize(SAMPLES, Fixtures.sample("i", questions[i])));
    }
    append(Topic.VQA_SAMPLES, 0, null);
    append(Topic.VQA_SAMPLES, 1, new byte[] {0x7b, 0x7d});

    SampleTail.remember(world.cluster.consumer("", Map.of()), world.parts(), 9, recent);

    assertThat(List.of("a", "b", "c", "d"))
        .filteredOn(question -> recent.contains("i", question))
        .containsExactly("c", "d");
    assertThat(reasons(Topic.VQA_SAMPLES)).isEmpty();
  }

  /** Of a record without a time the event's counts. */
  @Test
  void remember_timestampOfMinusOne_isTheSamplesOwn() throws Exception {
    RecentQuestions recent = new RecentQuestions(1);
    VqaSample late = Fixtures.sample("i", "late");
    late.setCreatedAt(Instant.EPOCH.plusSeconds(100));
    world.cluster.append(Topic.VQA_SAMPLES, 0, -1, "i", samples.serialize(SAMPLES, late));
    world.cluster.append(
        Topic.VQA_SAMPLES,
        1,
        50_000,
        "i",
        samples.serialize(SAMPLES, Fixtures.sample("i", "early")));
    SampleTail.remember(world.cluster.consumer("", Map.of()), world.parts(), 9, recent);
    assertThat(recent.contains("i", "late")).isTrue();
  }

  @Test
  void step_restart_asksNothingThatWasAskedAndWritesAnew() throws Exception {
    writer = new RulesSampleWriter();
    config = Fixtures.config(64, 8, 4_096);
    for (int i = 0; i < 30; i++) {
      Image image = SceneImages.image(SceneSpace.PUBLISHED.generator(1).scene(i), Instant.EPOCH);
      append(Topic.IMAGES, 0, images.serialize(Topic.IMAGES.topicName(), image));
    }
    weigh(1, Map.of("attribute_recognition", 0.5, "object_localization", 0.5));
    for (int restart = 0; restart < 4; restart++) {
      stepped(6).close();
      train();
    }
    List<String> asked =
        written().stream().map(s -> s.getImageId() + " " + s.getQuestion()).toList();
    assertThat(asked).hasSizeGreaterThan(60).doesNotHaveDuplicates();
  }

  @Test
  void step_registryAwayForAWhile_losesNothing() throws Exception {
    publish("i");
    weigh(1, Map.of("t", 1.0));
    GeneratorLoop loop =
        new GeneratorLoop(
            config,
            writer,
            Fixtures.guard(),
            new GeneratorMetrics(meters),
            world.parts(Registries.awayFor(3, world.registry)));
    step(loop, 3);
    assertThat(written()).hasSize(8);
    assertThat(reasons(Topic.IMAGES)).isEmpty();
    assertThat(world.health.status().outages()).isPositive();
  }

  @Test
  void step_noTopicsYet_waitsAndSaysForWhat() throws Exception {
    FakeWorld empty = new FakeWorld();
    List<String> waited = new ArrayList<>();
    empty.cluster.faults(
        ask -> {
          if (empty.health.status().state() == Health.State.WAITING) {
            waited.add(empty.health.status().detail());
          }
          if (empty.time.nanos() > 10_000_000_000L && empty.time.nanos() < 20_000_000_000L) {
            empty.cluster.addTopics(1);
          }
        });
    GeneratorLoop loop =
        new GeneratorLoop(
            config, writer, Fixtures.guard(), new GeneratorMetrics(meters), empty.parts());
    step(loop, 1);
    assertThat(waited).contains("the topic vqa-samples");
    assertThat(loop.isStarted()).isTrue();
  }

  /** Of 8 ahead and 8 a batch: a quarter of what may be ahead is enough, less is not. */
  @Test
  void step_roomForLessThanAQuarter_waits() throws Exception {
    FakeWorld one = new FakeWorld();
    one.cluster.addTopics(1);
    byte[] image = images.serialize(Topic.IMAGES.topicName(), Fixtures.image("i", "i"));
    one.cluster.append(Topic.IMAGES, 0, 0, "i", image);
    WeightUpdate update = Fixtures.weights(1, Map.of("t", 1.0));
    String topic = Topic.QUESTION_TYPE_WEIGHTS.topicName();
    one.cluster.append(Topic.QUESTION_TYPE_WEIGHTS, 0, 0, "k", weights.serialize(topic, update));
    GeneratorLoop loop =
        new GeneratorLoop(
            config,
            writer,
            Fixtures.guard(),
            new GeneratorMetrics(meters),
            one.parts(world.registry));
    TopicPartition partition = new TopicPartition(SAMPLES, 0);
    step(loop, 5);
    assertThat(one.cluster.visible(SAMPLES)).hasSize(8); // and a marker: 9 offsets
    for (int committed = 1; committed <= 2; committed++) {
      one.cluster.committed("trainers.m").put(partition, new OffsetAndMetadata(committed));
      step(loop, 5);
      assertThat(one.cluster.visible(SAMPLES)).hasSize(8);
    }
    one.cluster.committed("trainers.m").put(partition, new OffsetAndMetadata(3));
    step(loop, 5);
    assertThat(one.cluster.visible(SAMPLES)).hasSize(10);
  }

  @Test
  void step_imageTakenBack_isNotAskedAbout() throws Exception {
    publish("i");
    world.cluster.append(Topic.IMAGES, 0, 0, "i", null);
    publish("j");
    weigh(1, Map.of("t", 1.0));
    stepped(3);
    assertThat(written()).hasSize(8).allMatch(s -> s.getImageId().equals("j"));
    assertThat(reasons(Topic.IMAGES)).isEmpty();
  }

  @Test
  void step_manyLargeRejections_areSeveralTransactions() throws Exception {
    config = Fixtures.config(1_000_000, 10_000, 100);
    writer =
        new SampleWriter() {
          @Override
          public String name() {
            return "test/1";
          }

          @Override
          public Writing write(
              Image image, String type, List<BadCase> examples, RandomGenerator random) {
            return new Writing.Unparsable("x".repeat(20_000), "no question");
          }
        };
    publish("i");
    weigh(1, Map.of("t", 1.0));
    stepped(2);
    String topic = Topic.REJECTED_SAMPLES.topicName();
    long bytes = world.cluster.visible(topic).stream().mapToLong(r -> r.value().length).sum();
    assertThat(bytes).isBetween(BatchWriter.MOST_BYTES, BatchWriter.MOST_BYTES + 20_000);
  }

  @Test
  void count_manyTypes_areNotATimeSeriesEach() {
    GeneratorMetrics metrics = new GeneratorMetrics(meters);
    for (int i = 0; i < 500; i++) {
      VqaSample sample = Fixtures.sample("i", "?");
      sample.setQuestionType("type " + i);
      metrics.count(new Outcome.Made(sample));
      metrics.count(new Outcome.Made(sample));
    }
    assertThat(meters.find("dataengine.samples.generated").counters()).hasSize(201);
    assertThat(meters.counter("dataengine.samples.generated", "type", "type 199").count())
        .isEqualTo(2);
    assertThat(meters.counter("dataengine.samples.generated", "type", "others").count())
        .isEqualTo(600);
  }

  /** Of bad cases the latest are read again, of images and weights all. */
  @Test
  void step_manyBadCases_theLatestAreReadAgain() throws Exception {
    publish("i");
    weigh(1, Map.of("t", 1.0, "u", 1e-9));
    byte[] old = badCases.serialize(Topic.BAD_CASES.topicName(), Fixtures.badCase("old", "t", "i"));
    byte[] late =
        badCases.serialize(Topic.BAD_CASES.topicName(), Fixtures.badCase("late", "u", "i"));
    append(Topic.BAD_CASES, 0, old);
    for (int i = 0; i < 5_000; i++) {
      append(Topic.BAD_CASES, 0, late);
    }
    stepped(3);
    assertThat(written()).hasSize(8).allMatch(s -> s.getInContextIds().isEmpty());
  }
}
