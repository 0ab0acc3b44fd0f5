package dev.dataengine.producers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dataengine.events.Image;
import dev.dataengine.events.TypeWeight;
import dev.dataengine.events.VqaSample;
import dev.dataengine.events.WeightUpdate;
import dev.dataengine.failure.Health;
import dev.dataengine.failure.Patience;
import dev.dataengine.failure.StoppedException;
import dev.dataengine.producers.generator.BenchmarkGuard;
import dev.dataengine.producers.generator.GeneratorConfig;
import dev.dataengine.producers.generator.GeneratorLoop;
import dev.dataengine.producers.images.ImagePublisherConfig;
import dev.dataengine.producers.images.PublisherLoop;
import dev.dataengine.producers.loop.FakeCluster;
import dev.dataengine.producers.loop.FaultyRegistry;
import dev.dataengine.producers.loop.FaultyRegistry.Behaviour;
import dev.dataengine.producers.loop.LoopParts;
import dev.dataengine.producers.loop.VirtualTime;
import dev.dataengine.producers.scenes.SceneImages;
import dev.dataengine.producers.scenes.SceneSpace;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.topics.Topic;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A registry over HTTP that is away in every way, under each service and at each time: what is
 * asked for then is waited for, nothing is lost, doubled or refused, and a stop ends the waiting.
 */
@Timeout(60)
class RegistryAwayTest {

  private enum When {
    BEFORE_THE_START,
    IN_THE_MIDDLE
  }

  private static final Duration AWAY = Duration.ofMillis(1_200);

  private final VirtualTime time = new VirtualTime();
  private final FakeCluster cluster = new FakeCluster(time).addTopics(1);
  private final Health health = new Health();
  private final AtomicBoolean running = new AtomicBoolean(true);
  private @Nullable FaultyRegistry registry;

  @BeforeEach
  void listen() throws IOException {
    registry = new FaultyRegistry();
  }

  @AfterEach
  void hangUp() {
    registry().close();
  }

  private FaultyRegistry registry() {
    FaultyRegistry open = registry;
    if (open == null) {
      throw new IllegalStateException("not listening");
    }
    return open;
  }

  static Stream<Arguments> matrix() {
    return Stream.of(Behaviour.values())
        .filter(b -> b != Behaviour.SOUND)
        .flatMap(b -> Stream.of(When.values()).map(w -> Arguments.of(b, w)));
  }

  /** With a client of its own each, as services have. */
  private LoopParts parts() {
    return new LoopParts(
        cluster,
        EventSerde.registry(registry().url()),
        new Patience(running::get, health),
        time,
        time::nanos,
        () -> UUID.randomUUID().toString());
  }

  @SuppressWarnings("unchecked")
  private void append(Topic topic, String key, SpecificRecord event) {
    SchemaRegistryClient client = EventSerde.registry(registry().url());
    EventSerde<SpecificRecord> serde =
        EventSerde.of((Class<SpecificRecord>) event.getClass(), client);
    cluster.append(topic, 0, 0, key, serde.serialize(topic.topicName(), event));
  }

  private void appendImages() {
    for (int i = 0; i < 10; i++) {
      Image image = SceneImages.image(SceneSpace.PUBLISHED.generator(1).scene(i), Instant.EPOCH);
      append(Topic.IMAGES, image.getImageId(), image);
    }
  }

  private static WeightUpdate weights() {
    return WeightUpdate.newBuilder()
        .setUpdateId("scenes|m|1")
        .setBenchmark("scenes")
        .setStrategy("smoothed")
        .setModel("m")
        .setModelVersion(1)
        .setSequence(1)
        .setExploration(0.05)
        .setTypes(Map.of("attribute_recognition", new TypeWeight(1L, 1.0, 1.0, 1.0, 1.0)))
        .setUpdatedAt(Instant.EPOCH)
        .build();
  }

  private GeneratorLoop generator() {
    GeneratorConfig config =
        new GeneratorConfig(
            "scenes", "m", List.of(), "", 8, 8, 100, 100, 500, 10, 16, 4, 10_000, 1);
    return GeneratorLoop.withRules(
        config, new BenchmarkGuard(List.of()), parts(), new SimpleMeterRegistry());
  }

  private PublisherLoop publisher(int images) {
    return PublisherLoop.of(
        new ImagePublisherConfig("scenes:1", images, 0, 16_384, false),
        parts(),
        new SimpleMeterRegistry());
  }

  /** Something that does a little. */
  private interface Step {
    void run() throws Exception;
  }

  private static void repeat(int times, Step step) throws Exception {
    for (int i = 0; i < times; i++) {
      step.run();
    }
  }

  /** Lets the registry misbehave for a while, during the steps. */
  private void during(Behaviour behaviour, int times, Step step) throws Exception {
    health.running();
    registry().behave(behaviour);
    CompletableFuture<Void> back =
        CompletableFuture.runAsync(
            () -> {
              try {
                registry().behave(Behaviour.SOUND);
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            },
            CompletableFuture.delayedExecutor(AWAY.toMillis(), TimeUnit.MILLISECONDS));
    repeat(times, step);
    back.get(20, TimeUnit.SECONDS);
    if (behaviour != Behaviour.REFUSES) {
      assertThat(registry().faults()).as("asked while it misbehaved").isPositive();
    }
    // one that is silent is only slow while the client's own time, 30 s, is not over
    if (behaviour != Behaviour.SLOW && behaviour != Behaviour.SILENT) {
      assertThat(health.status().outages()).as("said that it waits").isPositive();
      assertThat(health.status().state()).isEqualTo(Health.State.RUNNING);
    }
  }

  private void assertNothingRefused() {
    for (Topic topic : Topic.catalogue()) {
      assertThat(cluster.visible(topic.deadLetterName())).as(topic.deadLetterName()).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("matrix")
  void generator_registryAway_losesNothing(Behaviour behaviour, When when) throws Exception {
    appendImages();
    try (GeneratorLoop loop = generator()) {
      if (when == When.BEFORE_THE_START) {
        append(Topic.QUESTION_TYPE_WEIGHTS, "scenes|m", weights());
        during(behaviour, 4, loop::step);
      } else {
        repeat(3, loop::step);
        append(Topic.QUESTION_TYPE_WEIGHTS, "scenes|m", weights());
        during(behaviour, 6, loop::step);
      }
    }
    EventSerde<VqaSample> samples =
        EventSerde.of(VqaSample.class, EventSerde.registry(registry().url()));
    List<String> ids = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : cluster.visible(Topic.VQA_SAMPLES.topicName())) {
      ids.add(samples.event(record).getSampleId());
    }
    int rejected = cluster.visible(Topic.REJECTED_SAMPLES.topicName()).size();
    assertThat(ids).hasSize(8 - rejected).hasSizeGreaterThan(4).doesNotHaveDuplicates();
    assertNothingRefused();
  }

  @ParameterizedTest
  @MethodSource("matrix")
  void publisher_registryAway_publishesEachOnce(Behaviour behaviour, When when) throws Exception {
    if (when == When.BEFORE_THE_START) {
      appendImages(); // which the replay has to read
    }
    try (PublisherLoop loop = publisher(15)) {
      if (when == When.BEFORE_THE_START) {
        during(behaviour, 20, loop::step);
      } else {
        loop.step();
        during(behaviour, 20, loop::step);
      }
    }
    List<String> ids =
        cluster.visible(Topic.IMAGES.topicName()).stream().map(EventSerde::key).toList();
    assertThat(ids).hasSize(15).doesNotHaveDuplicates();
    assertNothingRefused();
  }

  @ParameterizedTest
  @EnumSource(
      value = Behaviour.class,
      mode = EnumSource.Mode.EXCLUDE,
      // one that is silent is waited for as long as the client's own time, 30 s
      names = {"SOUND", "SILENT", "SLOW"})
  void step_stoppedWhileTheRegistryIsAway_endsSoon(Behaviour behaviour) throws Exception {
    appendImages();
    registry().behave(behaviour);
    for (Step step : List.<Step>of(generator()::step, publisher(15)::step)) {
      running.set(true);
      CompletableFuture<Void> stop =
          CompletableFuture.runAsync(
              () -> running.set(false),
              CompletableFuture.delayedExecutor(500, TimeUnit.MILLISECONDS));
      long begun = System.nanoTime();
      assertThatThrownBy(step::run).isInstanceOf(StoppedException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
      stop.get(5, TimeUnit.SECONDS);
    }
    assertNothingRefused();
  }
}
