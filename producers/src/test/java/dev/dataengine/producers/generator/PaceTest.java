package dev.dataengine.producers.generator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.events.BadCase;
import dev.dataengine.events.Image;
import dev.dataengine.events.WeightUpdate;
import dev.dataengine.producers.loop.FakeCluster.Ask;
import dev.dataengine.producers.loop.FakeWorld;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.topics.Topic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * With any sequence of aborts, markers, lost answers, restarts of the generator and added
 * partitions: never more than {@code max-ahead} samples are visible that the trainer has not
 * consumed, every sample is on the topic once, and the generator goes on while the trainer does.
 */
class PaceTest {

  private static final String SAMPLES = Topic.VQA_SAMPLES.topicName();

  private enum Act {
    STEP,
    STEPS,
    TRAIN_ONE,
    TRAIN_ALL,
    ABORT_NEXT,
    ABORT_EIGHT,
    LOSE_ANSWER,
    CRASH,
    CRASH_IN_COMMIT,
    CRASH_BEFORE_MARKERS,
    LOSE_MARKERS,
    ADD_PARTITION
  }

  /** A trainer as the contract has it: commits where nothing that it fetched waits. */
  private static final class Trainer {
    private final FakeWorld world;
    private final Set<String> consumed = new HashSet<>();

    Trainer(FakeWorld world) {
      this.world = world;
    }

    /** Visible samples that are not consumed, by partition. */
    private List<ConsumerRecord<byte[], byte[]>> waiting() {
      return world.cluster.visible(SAMPLES).stream()
          .filter(r -> !consumed.contains(r.partition() + ":" + r.offset()))
          .toList();
    }

    void train(int count) {
      List<ConsumerRecord<byte[], byte[]>> waiting = waiting();
      for (ConsumerRecord<byte[], byte[]> record :
          waiting.subList(0, Math.min(count, waiting.size()))) {
        consumed.add(record.partition() + ":" + record.offset());
      }
      commit();
    }

    private void commit() {
      Map<TopicPartition, Long> ends = ends();
      for (ConsumerRecord<byte[], byte[]> record : waiting()) {
        ends.merge(new TopicPartition(SAMPLES, record.partition()), record.offset(), Math::min);
      }
      ends.forEach(
          (partition, offset) ->
              world.cluster.committed("trainers.m").put(partition, new OffsetAndMetadata(offset)));
    }

    private Map<TopicPartition, Long> ends() {
      try (Consumer<byte[], byte[]> consumer = world.cluster.consumer("", Map.of())) {
        List<TopicPartition> partitions =
            consumer.partitionsFor(SAMPLES, Duration.ZERO).stream()
                .map(p -> new TopicPartition(SAMPLES, p.partition()))
                .toList();
        return new HashMap<>(consumer.endOffsets(partitions, Duration.ZERO));
      }
    }
  }

  /** Asks another question every time; every third attempt is none. */
  private static final class Writer implements SampleWriter {
    private int calls;

    @Override
    public String name() {
      return "test/1";
    }

    @Override
    public Writing write(Image image, String type, List<BadCase> examples, RandomGenerator random) {
      return calls++ % 3 == 2
          ? new Writing.Unparsable("raw", "no question")
          : new Writing.Written(
              new Draft("Question " + calls + "?", List.of("a", "b", "c", "d"), 0, null, "raw"));
    }
  }

  private FakeWorld world = new FakeWorld();
  private Trainer trainer = new Trainer(world);
  private Writer writer = new Writer();
  private int maxAhead;
  private int batchSize;
  private int partitions;
  private @Nullable GeneratorLoop loop;

  @Provide
  Arbitrary<List<Act>> acts() {
    return Arbitraries.of(Act.class).list().ofMinSize(1).ofMaxSize(40);
  }

  @Property(tries = 250)
  void generator_anyFaults_keepsTheBoundAndNeverStalls(
      @ForAll("acts") List<Act> acts,
      @ForAll @IntRange(min = 1, max = 40) int ahead,
      @ForAll @IntRange(min = 1, max = 64) int batch)
      throws Exception {
    maxAhead = ahead;
    batchSize = batch;
    begin();
    for (Act act : acts) {
      play(act);
      assertBound();
    }
    world.cluster.faults(ask -> {});
    int before = world.cluster.visible(SAMPLES).size();
    for (int round = 0; round < 30; round++) {
      step(20);
      assertBound();
      trainer.train(Integer.MAX_VALUE);
    }
    assertThat(world.cluster.visible(SAMPLES).size())
        .as("samples written while the trainer consumes")
        .isGreaterThanOrEqualTo(before + 20 * Math.max(1, Math.min(maxAhead, batchSize) / 4));
    List<String> all = new ArrayList<>();
    world.cluster.visible(SAMPLES).forEach(r -> all.add(java.util.Arrays.toString(r.value())));
    assertThat(all).doesNotHaveDuplicates();
  }

  private void begin() {
    world = new FakeWorld();
    trainer = new Trainer(world);
    writer = new Writer();
    partitions = 1;
    loop = null;
    world.cluster.addTopics(1);
    EventSerde<Image> images = EventSerde.of(Image.class, world.registry);
    for (int i = 0; i < 5; i++) {
      world.cluster.append(
          Topic.IMAGES,
          0,
          0,
          "i" + i,
          images.serialize(Topic.IMAGES.topicName(), Fixtures.image("i" + i, "i" + i)));
    }
    world.cluster.append(
        Topic.QUESTION_TYPE_WEIGHTS,
        0,
        0,
        "scenes|m",
        EventSerde.of(WeightUpdate.class, world.registry)
            .serialize(
                Topic.QUESTION_TYPE_WEIGHTS.topicName(), Fixtures.weights(1, Map.of("t", 1.0))));
  }

  private void play(Act act) throws Exception {
    switch (act) {
      case STEP -> step(1);
      case STEPS -> step(10);
      case TRAIN_ONE -> trainer.train(1);
      case TRAIN_ALL -> trainer.train(Integer.MAX_VALUE);
      case ABORT_NEXT -> fail(Ask.COMMIT, 1, new TimeoutException("no answer"));
      case ABORT_EIGHT -> fail(Ask.COMMIT, 8, new TimeoutException("no answer"));
      case LOSE_ANSWER -> fail(Ask.COMMIT_ANSWER, 1, new TimeoutException("no answer"));
      case CRASH -> crash();
      case CRASH_IN_COMMIT -> fail(Ask.COMMIT_ANSWER, 1, new IllegalStateException("crash"));
      case CRASH_BEFORE_MARKERS -> fail(Ask.COMMIT_MARKERS, 1, new IllegalStateException("crash"));
      case LOSE_MARKERS -> fail(Ask.COMMIT_MARKERS, 1, new TimeoutException("no answer"));
      case ADD_PARTITION -> {
        partitions = Math.min(5, partitions + 1);
        world.cluster.add(SAMPLES, partitions);
      }
    }
  }

  private void fail(Ask at, int times, RuntimeException failure) {
    int[] left = {times};
    world.cluster.faults(
        ask -> {
          if (ask == at && left[0]-- > 0) {
            throw failure;
          }
        });
  }

  private void step(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      GeneratorLoop open = loop;
      if (open == null) {
        open =
            new GeneratorLoop(
                Fixtures.config(maxAhead, batchSize, 100),
                writer,
                Fixtures.guard(),
                new GeneratorMetrics(new SimpleMeterRegistry()),
                world.parts());
        loop = open;
      }
      try {
        open.step();
      } catch (IllegalStateException e) {
        assertThat(e).hasMessage("crash");
        crash();
      }
    }
  }

  private void crash() {
    GeneratorLoop open = loop;
    if (open != null) {
      open.close();
    }
    loop = null;
  }

  private void assertBound() {
    assertThat(trainer.waiting().size()).as("unconsumed samples").isLessThanOrEqualTo(maxAhead);
  }
}
