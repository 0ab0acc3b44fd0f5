package dev.dataengine.producers.generator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.events.Image;
import dev.dataengine.events.RejectionReason;
import dev.dataengine.events.VqaSample;
import dev.dataengine.events.WeightUpdate;
import dev.dataengine.failure.Health;
import dev.dataengine.producers.loop.FakeCluster.Ask;
import dev.dataengine.producers.loop.FakeWorld;
import dev.dataengine.producers.loop.Registries;
import dev.dataengine.producers.scenes.SceneImages;
import dev.dataengine.producers.scenes.SceneSpace;
import dev.dataengine.topics.Topic;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

/** What is followed, how fast is written, and what is waited out. */
class GeneratorLoopTest extends GeneratorHarness {

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
  void step_rejectionsOnly_backsOff() throws Exception {
    writer = unparsable("raw");
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
  void step_manyLargeRejections_areSeveralTransactions() throws Exception {
    config = Fixtures.config(1_000_000, 10_000, 100);
    writer = unparsable("x".repeat(20_000));
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
}
