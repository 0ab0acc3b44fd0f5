package dev.dataengine.compose.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.clients.KafkaClients;
import dev.dataengine.compose.broker.BrokerConfig;
import dev.dataengine.compose.broker.EmbeddedBroker;
import dev.dataengine.compose.data.Ports;
import dev.dataengine.compose.registry.EmbeddedRegistry;
import dev.dataengine.compose.registry.RegistryConfig;
import dev.dataengine.config.ConnectionConfig;
import dev.dataengine.events.Image;
import dev.dataengine.events.ModelVersion;
import dev.dataengine.events.VqaSample;
import dev.dataengine.failure.FailureKind;
import dev.dataengine.failure.Failures;
import dev.dataengine.failure.Health;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.topics.Topic;
import dev.dataengine.topics.TopicAdmin;
import dev.dataengine.topics.TopicLayout;
import dev.dataengine.workers.train.TrainerConfig;
import dev.dataengine.workers.train.TrainerService;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainers on a running cluster: begun anew, altered under, and more than one of them. */
final class TrainersOnAClusterIT {

  private static final int SAMPLES = 24;
  private static final Duration AT_MOST = Duration.ofMinutes(2);

  @TempDir private static Path root;
  private static EmbeddedBroker broker;
  private static EmbeddedRegistry registry;
  private static ConnectionConfig connection;
  private static KafkaClients clients;
  private static SchemaRegistryClient schemas;

  @BeforeAll
  static void start() throws Exception {
    Ports ports = new Ports(root.resolve("ports"));
    broker = new EmbeddedBroker(BrokerConfig.defaults(), root.resolve("broker"), ports);
    broker.start();
    registry = new EmbeddedRegistry(RegistryConfig.defaults(), root.resolve("registry"), ports);
    registry.start();
    connection = new ConnectionConfig(broker.bootstrapServers(), registry.url());
    clients = KafkaClients.of(connection);
    schemas = EventSerde.registry(connection.schemaRegistryUrl());
    try (Admin admin = clients.admin("test")) {
      new TopicAdmin(admin, TopicLayout.defaults(), Duration.ofSeconds(20)).create();
    }
    write();
  }

  @AfterAll
  static void stop() {
    registry.close();
    broker.close();
  }

  /** An image and questions about it, for every model. */
  private static void write() throws Exception {
    BufferedImage picture = new BufferedImage(64, 48, BufferedImage.TYPE_INT_RGB);
    picture.setRGB(20, 20, 0xff0000);
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(picture, "png", png);
    String sha256 =
        HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(png.toByteArray()));
    EventSerde<Image> images = EventSerde.of(Image.class, schemas);
    EventSerde<VqaSample> samples = EventSerde.of(VqaSample.class, schemas);
    try (Producer<byte[], byte[]> producer = clients.producer("test", Map.of())) {
      producer
          .send(
              images.record(
                  Topic.IMAGES,
                  "i",
                  Image.newBuilder()
                      .setImageId("i")
                      .setBytes(ByteBuffer.wrap(png.toByteArray()))
                      .setSha256(sha256)
                      .setWidth(64)
                      .setHeight(48)
                      .setSource("test")
                      .setPublishedAt(Instant.EPOCH)
                      .build()))
          .get();
      for (int i = 0; i < SAMPLES; i++) {
        producer
            .send(
                samples.record(
                    Topic.VQA_SAMPLES,
                    "key-" + i,
                    VqaSample.newBuilder()
                        .setSampleId("s" + i)
                        .setImageId("i")
                        .setImageSha256(sha256)
                        .setQuestion("Is there a red dot?")
                        .setChoices(List.of("yes", "no", "two", "three"))
                        .setCorrectChoice(i % 2)
                        .setAnswer(i % 2 == 0 ? "yes" : "no")
                        .setQuestionType("object_presence")
                        .setBenchmark("b")
                        .setWeightSequence(0)
                        .setGenerator("test")
                        .setCreatedAt(Instant.EPOCH)
                        .build()))
            .get();
      }
    }
  }

  private static TrainerService trainer(String model, String worker, Path directory) {
    TrainerConfig d =
        TrainerConfig.defaults("../gpu-workers/models/tiny-llava", directory.toString());
    return new TrainerService(
        new TrainerConfig(
            model,
            worker,
            d.modelDirectory(),
            d.checkpointDirectory(),
            d.precision(),
            d.seed(),
            4,
            200,
            8,
            1_000,
            d.checkpointsKept(),
            d.featureCacheImages(),
            d.imageRoots(),
            d.imageMaxBytes(),
            d.divergenceFactor(),
            d.lora(),
            d.optimizer()),
        connection,
        new SimpleMeterRegistry());
  }

  /** All announcements of a model that are there, in order. */
  private static List<ModelVersion> announced(String model) {
    EventSerde<ModelVersion> serde = EventSerde.of(ModelVersion.class, schemas);
    List<ModelVersion> found = new ArrayList<>();
    try (Consumer<byte[], byte[]> consumer = clients.consumer("look", Map.of())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(Topic.MODEL_VERSIONS.topicName()).stream()
              .map(p -> new TopicPartition(p.topic(), p.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          ModelVersion version = serde.event(record);
          if (version.getModel().equals(model)) {
            found.add(version);
          }
        }
      }
    }
    return found;
  }

  private static void awaitTrained(String model, String lineageOf, TrainerService service)
      throws Exception {
    await(
        service,
        () -> {
          List<ModelVersion> all = announced(model);
          return !all.isEmpty()
              && all.get(all.size() - 1).getSamplesTrained() == SAMPLES
              && !all.get(all.size() - 1).getLineage().equals(lineageOf);
        });
  }

  private static void await(TrainerService service, BooleanSupplier condition) throws Exception {
    long deadline = System.nanoTime() + AT_MOST.toNanos();
    while (!condition.getAsBoolean()) {
      if (service.termination().isCompletedExceptionally()) {
        service.termination().get();
      }
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private static Throwable failure(TrainerService service) throws Exception {
    try {
      service.termination().get(AT_MOST.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      return Objects.requireNonNull(e.getCause());
    }
    throw new AssertionError("ended without a failure");
  }

  private static void assertOneContentEach(List<ModelVersion> all) {
    for (ModelVersion version : all) {
      assertThat(all.stream().filter(v -> v.getVersion() == version.getVersion()).distinct())
          .as("version " + version.getVersion())
          .hasSize(1);
    }
    assertThat(all).extracting(ModelVersion::getVersion).isSorted();
  }

  @Test
  void run_begunAnewInAnotherDirectory_goesOnWithOtherNumbersInAnotherRun() throws Exception {
    try (TrainerService first = trainer("anew", "trainer-0", root.resolve("anew-a"))) {
      first.start();
      awaitTrained("anew", "none", first);
    }
    List<ModelVersion> before = announced("anew");
    ModelVersion last = before.get(before.size() - 1);

    try (TrainerService second = trainer("anew", "trainer-0", root.resolve("anew-b"))) {
      second.start();
      awaitTrained("anew", last.getLineage(), second);
      assertThat(second.health().status().state()).isEqualTo(Health.State.RUNNING);
      assertLagGoesToNothing("anew", second);
    }

    List<ModelVersion> all = announced("anew");
    assertOneContentEach(all);
    ModelVersion begun = all.get(before.size());
    assertThat(begun.getVersion()).isEqualTo(last.getVersion() + 1);
    assertThat(begun.getLineageSince()).isEqualTo(begun.getVersion());
    assertThat(begun.getLineage()).isNotEqualTo(last.getLineage()).isNotEmpty();
    assertThat(begun.getAdapterUri()).isNull();
    assertThat(begun.getParent()).isNull();
    for (ModelVersion version : all.subList(before.size(), all.size())) {
      assertThat(version.getLineage()).isEqualTo(begun.getLineage());
      assertThat(version.getLineageSince()).isEqualTo(begun.getVersion());
    }
    assertThat(all.get(all.size() - 1).getSamplesTrained()).isEqualTo(SAMPLES);
  }

  /** With as many samples, so that it ends where the one before did. */
  @Test
  void run_samplesTopicMadeAnewMeanwhile_isReadFromItsBeginning() throws Exception {
    try (TrainerService trainer = trainer("made-anew", "trainer-0", root.resolve("made-anew"))) {
      trainer.start();
      awaitTrained("made-anew", "none", trainer);
      try (Admin admin = clients.admin("test")) {
        admin.deleteTopics(List.of(Topic.VQA_SAMPLES.topicName())).all().get();
        await(trainer, () -> isGone(admin));
        new TopicAdmin(admin, TopicLayout.defaults(), Duration.ofSeconds(20)).create();
      }
      write();

      await(trainer, () -> newest("made-anew").getSamplesTrained() == 2 * SAMPLES);
      assertThat(trainer.health().note()).contains("vqa-samples was made anew");
      assertThat(trainer.health().status().restarts()).isPositive();
      assertThat(newest("made-anew").getOffsets().values().stream().mapToLong(o -> o).sum())
          .isEqualTo(SAMPLES);
    }
    assertOneContentEach(announced("made-anew"));
  }

  /** As every question is answered from then on: what is still seen is not made again. */
  private static boolean isGone(Admin admin) {
    try {
      return !admin.listTopics().names().get().contains(Topic.VQA_SAMPLES.topicName());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static ModelVersion newest(String model) {
    List<ModelVersion> all = announced(model);
    return all.get(all.size() - 1);
  }

  private static void assertLagGoesToNothing(String model, TrainerService service)
      throws Exception {
    try (Admin admin = clients.admin("lag")) {
      await(
          service,
          () -> {
            try {
              var committed =
                  admin
                      .listConsumerGroupOffsets("trainers." + model)
                      .partitionsToOffsetAndMetadata()
                      .get();
              long behind = committed.values().stream().mapToLong(o -> o.offset()).sum();
              Map<TopicPartition, OffsetSpec> ends = new java.util.HashMap<>();
              for (int p = 0; p < Topic.VQA_SAMPLES.partitions(); p++) {
                ends.put(new TopicPartition(Topic.VQA_SAMPLES.topicName(), p), OffsetSpec.latest());
              }
              long end =
                  admin.listOffsets(ends).all().get().values().stream()
                      .mapToLong(o -> o.offset())
                      .sum();
              return behind == end;
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          });
    }
  }

  @Test
  void run_newestCheckpointAlteredBetweenStarts_goesOnFromTheOneBeforeAsAnotherRun()
      throws Exception {
    Path directory = root.resolve("altered");
    try (TrainerService first = trainer("altered", "trainer-0", directory)) {
      first.start();
      awaitTrained("altered", "none", first);
    }
    List<ModelVersion> before = announced("altered");
    ModelVersion last = before.get(before.size() - 1);
    Path adapter =
        directory
            .resolve("v%06d".formatted(last.getVersion()))
            .resolve("adapter_model.safetensors");
    byte[] bytes = Files.readAllBytes(adapter);
    bytes[bytes.length - 100] ^= 1;
    Files.write(adapter, bytes);

    try (TrainerService second = trainer("altered", "trainer-0", directory)) {
      second.start();
      awaitTrained("altered", last.getLineage(), second);
      assertThat(second.health().note())
          .contains("checkpoint v" + last.getVersion() + " is not used")
          .contains("adapter_model.safetensors");
    }

    List<ModelVersion> all = announced("altered");
    assertOneContentEach(all);
    ModelVersion branch = all.get(before.size());
    assertThat(branch.getVersion()).isEqualTo(last.getVersion() + 1);
    assertThat(branch.getParent()).isEqualTo(last.getVersion() - 1);
    assertThat(branch.getLineage()).isNotEqualTo(last.getLineage());
  }

  @Test
  void run_anotherWorkerWhileOneTrains_isRefusedAndTheFirstGoesOn() throws Exception {
    try (TrainerService first = trainer("two", "trainer-0", root.resolve("two-a"));
        TrainerService second = trainer("two", "trainer-1", root.resolve("two-b"));
        TrainerService third = trainer("two", "trainer-0", root.resolve("two-a"))) {
      first.start();
      awaitTrained("two", "none", first);

      second.start();
      assertThat(failure(second))
          .hasMessageContaining("the group trainers.two has a member 'trainer-0'")
          .satisfies(e -> assertThat(Failures.kindOf(e)).isEqualTo(FailureKind.MISCONFIGURED));
      third.start();
      assertThat(failure(third)).hasMessageContaining("another trainer, in process");

      assertThat(first.termination()).isNotDone();
    }
    assertOneContentEach(announced("two"));
    assertThat(announced("two"))
        .extracting(ModelVersion::getLineage)
        .satisfies(lineages -> assertThat(lineages.stream().distinct()).hasSize(1));
  }

  @Test
  void run_sameWorkerNameElsewhere_takesOverAndTheFirstEndsWithTheReason() throws Exception {
    try (TrainerService first = trainer("same", "trainer-0", root.resolve("same-a"));
        TrainerService second = trainer("same", "trainer-0", root.resolve("same-b"))) {
      first.start();
      awaitTrained("same", "none", first);
      String lineage = announced("same").get(0).getLineage();

      second.start();
      assertThat(failure(first))
          .hasMessageContaining("another trainer named 'trainer-0' has joined")
          .satisfies(e -> assertThat(Failures.kindOf(e)).isEqualTo(FailureKind.MISCONFIGURED));
      awaitTrained("same", lineage, second);
    }
    assertOneContentEach(announced("same"));
  }
}
