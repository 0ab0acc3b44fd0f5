package dev.dataengine.compose.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.clients.KafkaClients;
import dev.dataengine.compose.broker.BrokerConfig;
import dev.dataengine.compose.data.DataDirectory;
import dev.dataengine.compose.data.Ports;
import dev.dataengine.compose.faults.TcpProxy.Mode;
import dev.dataengine.compose.launcher.DataEngineConfig;
import dev.dataengine.compose.launcher.Infrastructure;
import dev.dataengine.compose.launcher.Loop;
import dev.dataengine.config.ConnectionConfig;
import dev.dataengine.events.TypeWeight;
import dev.dataengine.events.VqaSample;
import dev.dataengine.events.WeightUpdate;
import dev.dataengine.failure.Health;
import dev.dataengine.producers.generator.GeneratorConfig;
import dev.dataengine.producers.generator.GeneratorService;
import dev.dataengine.producers.images.ImagePublisher;
import dev.dataengine.producers.images.ImagePublisherConfig;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.service.Service;
import dev.dataengine.topics.Topic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Generator and publisher on a real broker and registry, both behind proxies that are away before
 * the start, in the middle and at the stop: no sample and no image is lost or doubled, nothing is
 * refused, no service ends, and a stop takes seconds.
 */
@Timeout(240)
class ProducersAwayIT {

  private static final int IMAGES_AT_ONCE = 60;

  @TempDir Path directory;

  private final AtomicBoolean training = new AtomicBoolean(true);
  private final AtomicLong trained = new AtomicLong();

  @ParameterizedTest
  @EnumSource(value = Mode.class, mode = EnumSource.Mode.EXCLUDE, names = "PASSES")
  void services_partsAwayAtAnyTime_loseAndDoubleNothing(Mode fault) throws Exception {
    try (TcpProxy toBroker = new TcpProxy();
        TcpProxy toRegistry = new TcpProxy();
        DataDirectory data = DataDirectory.open(directory.resolve("data"));
        Loop loop = new Loop()) {
      Ports ports = new Ports(data.resolve("ports.properties"));
      int inner = ports.choose("inner", 0);
      ConnectionConfig outer =
          new Infrastructure(config(data, ports, inner, toBroker), data).start(loop);
      ConnectionConfig direct =
          new ConnectionConfig("127.0.0.1:" + inner, outer.schemaRegistryUrl());
      toRegistry.to(URI.create(direct.schemaRegistryUrl()).getPort());
      ConnectionConfig proxied =
          new ConnectionConfig(
              "127.0.0.1:" + toBroker.port(), "http://127.0.0.1:" + toRegistry.port());
      weigh(direct);
      Thread trainer = new Thread(() -> train(direct), "trainer");
      trainer.start();
      try {
        play(fault, toBroker, toRegistry, proxied);
      } finally {
        training.set(false);
        trainer.join();
      }
      assertEachOnce(direct);
    }
  }

  private void play(Mode fault, TcpProxy toBroker, TcpProxy toRegistry, ConnectionConfig proxied)
      throws Exception {
    toBroker.mode(fault);
    toRegistry.mode(fault);
    List<Service> services =
        List.of(
            new ImagePublisher(
                new ImagePublisherConfig("scenes:1", IMAGES_AT_ONCE, 20, 16_384, false),
                proxied,
                new SimpleMeterRegistry()),
            new GeneratorService(
                GeneratorConfig.defaults().on("scenes", benchmark()),
                proxied,
                new SimpleMeterRegistry()));
    services.forEach(Service::start);
    if (fault == Mode.DELAYS) {
      Thread.sleep(3_000);
    } else {
      await(
          () ->
              services.stream().allMatch(s -> s.health().status().state() == Health.State.WAITING),
          () -> "all say that they wait");
    }
    toBroker.mode(Mode.PASSES);
    toRegistry.mode(Mode.PASSES);
    awaitMore(services, 64);

    toBroker.mode(fault);
    toRegistry.mode(fault);
    Thread.sleep(9_000);
    toBroker.mode(Mode.PASSES);
    toRegistry.mode(Mode.PASSES);
    long caughtUp = trained.get();
    awaitMore(services, caughtUp + 256);

    toBroker.mode(fault);
    toRegistry.mode(fault);
    Thread.sleep(1_000);
    for (Service service : services) {
      long begun = System.nanoTime();
      service.close();
      assertThat(Duration.ofNanos(System.nanoTime() - begun))
          .as("stop of %s", service.name())
          .isLessThan(Duration.ofSeconds(12));
    }
    toBroker.mode(Mode.PASSES);
    toRegistry.mode(Mode.PASSES);
  }

  private void awaitMore(List<Service> services, long samples) throws InterruptedException {
    await(
        () -> {
          services.forEach(
              s ->
                  assertThat(s.termination())
                      .as("%s: %s", s.name(), s.health().status())
                      .isNotDone());
          return trained.get() >= samples;
        },
        () ->
            samples + " samples; there are " + trained + ", " + services.get(1).health().status());
  }

  private static void await(BooleanSupplier done, java.util.function.Supplier<String> what)
      throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!done.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      Thread.sleep(50);
    }
  }

  private String benchmark() {
    return dev.dataengine.producers.benchmarks.SceneBenchmark.write(
            directory.resolve("benchmark"), 1, 2)
        .dir()
        .toString();
  }

  /** Clients are told the proxy's address; past it are the broker itself and this test. */
  private static DataEngineConfig config(
      DataDirectory data, Ports ports, int inner, TcpProxy toBroker) {
    int outer = ports.choose("broker", 0);
    int controller = ports.choose("controller", 0);
    toBroker.to(outer);
    String local = "://127.0.0.1:";
    BrokerConfig broker =
        new BrokerConfig(
            outer,
            controller,
            Map.of(
                "listeners",
                "PLAINTEXT"
                    + local
                    + outer
                    + ",INNER"
                    + local
                    + inner
                    + ",CONTROLLER"
                    + local
                    + controller,
                "advertised.listeners",
                "PLAINTEXT" + local + toBroker.port() + ",INNER" + local + inner,
                "inter.broker.listener.name",
                "INNER",
                "listener.security.protocol.map",
                "PLAINTEXT:PLAINTEXT,INNER:PLAINTEXT,CONTROLLER:PLAINTEXT"));
    DataEngineConfig defaults = DataEngineConfig.defaults();
    return new DataEngineConfig(
        data.path(),
        defaults.images(),
        defaults.benchmark(),
        defaults.model(),
        defaults.connection(),
        defaults.topics(),
        broker,
        defaults.registry(),
        defaults.metrics(),
        defaults.imagePublisher(),
        defaults.weights(),
        defaults.generator(),
        defaults.trainer(),
        defaults.evaluator());
  }

  private static void weigh(ConnectionConfig direct) throws Exception {
    Map<String, TypeWeight> types = new HashMap<>();
    types.put("attribute_recognition", new TypeWeight(1L, 1.0, 1.0, 1.0, 0.5));
    types.put("object_localization", new TypeWeight(1L, 1.0, 1.0, 1.0, 0.5));
    WeightUpdate update =
        WeightUpdate.newBuilder()
            .setUpdateId("scenes|tiny-llava|1")
            .setBenchmark("scenes")
            .setStrategy("smoothed")
            .setModel("tiny-llava")
            .setModelVersion(1)
            .setSequence(1)
            .setExploration(0.05)
            .setTypes(types)
            .setUpdatedAt(Instant.EPOCH)
            .build();
    EventSerde<WeightUpdate> serde =
        EventSerde.of(WeightUpdate.class, EventSerde.registry(direct.schemaRegistryUrl()));
    try (Producer<byte[], byte[]> producer = KafkaClients.of(direct).producer("test", Map.of())) {
      ProducerRecord<byte[], byte[]> record =
          serde.record(Topic.QUESTION_TYPE_WEIGHTS, "scenes|tiny-llava", update);
      record.headers().remove("dataengine.schema"); // so that it is read by the registry alone
      producer.send(record).get();
    }
  }

  private static List<TopicPartition> partitions(Consumer<byte[], byte[]> consumer, String topic) {
    return consumer.partitionsFor(topic).stream()
        .map(p -> new TopicPartition(p.topic(), p.partition()))
        .toList();
  }

  /** Consumes, and commits its positions, as a trainer does. */
  private void train(ConnectionConfig direct) {
    KafkaClients clients = KafkaClients.of(direct);
    try (Consumer<byte[], byte[]> consumer =
        clients.consumer("test", Map.of("group.id", "trainers.tiny-llava"))) {
      List<TopicPartition> partitions = partitions(consumer, Topic.VQA_SAMPLES.topicName());
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while (training.get()) {
        trained.addAndGet(consumer.poll(Duration.ofMillis(100)).count());
        Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
        partitions.forEach(p -> positions.put(p, new OffsetAndMetadata(consumer.position(p))));
        consumer.commitSync(positions);
      }
    }
  }

  private static List<ConsumerRecord<byte[], byte[]>> all(ConnectionConfig direct, String topic) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (Consumer<byte[], byte[]> consumer = KafkaClients.of(direct).consumer("test", Map.of())) {
      List<TopicPartition> partitions = partitions(consumer, topic);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
    }
    return records;
  }

  private static void assertEachOnce(ConnectionConfig direct) {
    EventSerde<VqaSample> samples =
        EventSerde.of(VqaSample.class, EventSerde.registry(direct.schemaRegistryUrl()));
    List<VqaSample> written =
        all(direct, Topic.VQA_SAMPLES.topicName()).stream().map(samples::event).toList();
    assertThat(written).extracting(VqaSample::getSampleId).doesNotHaveDuplicates();
    assertThat(written)
        .extracting(s -> s.getImageId() + " " + s.getQuestion())
        .as("questions asked again: of a batch that was sent twice")
        .doesNotHaveDuplicates();
    List<String> images =
        all(direct, Topic.IMAGES.topicName()).stream().map(EventSerde::key).toList();
    assertThat(images).doesNotHaveDuplicates().hasSizeGreaterThan(IMAGES_AT_ONCE);
    for (Topic topic : Topic.catalogue()) {
      assertThat(all(direct, topic.deadLetterName())).as(topic.deadLetterName()).isEmpty();
    }
  }
}
