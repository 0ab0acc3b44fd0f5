package dev.dataengine.workers.train;

import dev.dataengine.events.ModelVersion;
import dev.dataengine.events.VqaSample;
import dev.dataengine.failure.Health;
import dev.dataengine.failure.Patience;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.topics.Topic;
import dev.dataengine.workers.adapter.LoraConfig;
import dev.dataengine.workers.model.PrecisionChoice;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A training by formula on topics in memory, a pass at a time, on virtual time. */
final class TrainingBench {

  static final int BATCH = 4;
  static final String MODEL = "tiny";
  static final byte[] NO_EVENT = "no event".getBytes(StandardCharsets.UTF_8);

  final MockCluster cluster;
  final MockSchemaRegistryClient registry = new MockSchemaRegistryClient();
  final EventSerde<VqaSample> samples = EventSerde.of(VqaSample.class, registry);
  final EventSerde<ModelVersion> versions = EventSerde.of(ModelVersion.class, registry);
  final Health health = new Health();
  final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private @Nullable FormulaLearner learner;
  FormulaLearner.Setup set =
      new FormulaLearner.Setup("base", "float32", "8", (step, rate, sample) -> number(sample));
  String worker = "trainer-0";
  String model = MODEL;
  long seed = 7;
  double learningRate = 1e-3;
  boolean running = true;

  /** After so many pauses while something is away it is told to stop. */
  int pauses = 10_000;

  long nanos;
  private int lineages;
  private int written;

  TrainingBench(int partitions) {
    cluster = new MockCluster(partitions);
    health.running();
  }

  private static double number(FormulaLearner.Sample sample) {
    return Double.parseDouble(sample.question());
  }

  TrainerConfig config(Path directory) {
    TrainerConfig d = TrainerConfig.defaults("unused", directory.toString());
    return new TrainerConfig(
        model,
        worker,
        d.modelDirectory(),
        d.checkpointDirectory(),
        PrecisionChoice.AUTO,
        seed,
        BATCH,
        1_000,
        2 * BATCH,
        30_000,
        6,
        d.featureCacheImages(),
        List.of(),
        d.imageMaxBytes(),
        4,
        LoraConfig.defaults(),
        new AdamW(learningRate, 20, 0.9, 0.98, 1e-8, 0, 1));
  }

  Training<FormulaLearner.Sample> open(Path directory) throws Exception {
    return Training.open(
        config(directory),
        (recorded, letters) -> {
          FormulaLearner opened = new FormulaLearner(set, recorded);
          learner = opened;
          return opened;
        },
        context());
  }

  TrainingContext context() {
    return new TrainingContext(
        cluster,
        registry,
        new Patience(
            () -> running,
            health,
            (pause, isRunning) -> {
              nanos += pause.toNanos();
              running &= --pauses > 0;
              return isRunning.getAsBoolean();
            }),
        health,
        Clock.fixed(Instant.parse("2026-11-25T10:00:00.123Z"), ZoneOffset.UTC),
        () -> nanos,
        () -> "run-" + lineages++,
        false,
        metrics);
  }

  /** Writes samples in turn to the partitions; their ids. */
  List<String> write(int count, String question) {
    return write(count, question, "type", "");
  }

  List<String> write(int count, String question, String type, String forModel) {
    List<String> ids = new ArrayList<>();
    int partitions = (int) cluster.partitions(Topic.VQA_SAMPLES);
    for (int i = 0; i < count; i++) {
      String id = "s" + written;
      VqaSample sample =
          VqaSample.newBuilder()
              .setSampleId(id)
              .setImageId("i")
              .setImageSha256("0")
              .setQuestion(question)
              .setChoices(List.of("a", "b", "c", "d"))
              .setCorrectChoice(0)
              .setAnswer("a")
              .setQuestionType(type)
              .setBenchmark("b")
              .setModel(forModel)
              .setWeightSequence(0)
              .setGenerator("test")
              .setCreatedAt(Instant.EPOCH)
              .build();
      cluster.append(
          Topic.VQA_SAMPLES.topicName(),
          written % partitions,
          "i".getBytes(StandardCharsets.UTF_8),
          samples.serialize(Topic.VQA_SAMPLES.topicName(), sample));
      written++;
      ids.add(id);
    }
    return ids;
  }

  /** So many passes, some time apart. */
  void pass(Training<?> training, int times) throws Exception {
    for (int i = 0; i < times; i++) {
      nanos += Duration.ofMillis(300).toNanos();
      training.step();
    }
  }

  List<ModelVersion> announced() {
    return cluster.records(Topic.MODEL_VERSIONS.topicName()).stream()
        .filter(r -> r.value() != null && r.value() != NO_EVENT)
        .map(r -> versions.deserialize(r.topic(), r.value()))
        .toList();
  }

  ModelVersion newest() {
    List<ModelVersion> all = announced();
    return all.get(all.size() - 1);
  }

  /** The learner of the training that was opened last. */
  FormulaLearner learner() {
    return Objects.requireNonNull(learner);
  }

  /** Reasons of the dead letters about samples. */
  List<String> letters() {
    return cluster.records(Topic.VQA_SAMPLES.deadLetterName()).stream()
        .map(
            r ->
                new String(
                    r.headers().lastHeader("dataengine.reason").value(), StandardCharsets.UTF_8))
        .toList();
  }

  /** Offsets of the samples that are in the dead letters. */
  List<Long> letterOffsets() {
    return cluster.records(Topic.VQA_SAMPLES.deadLetterName()).stream()
        .map(
            r ->
                new String(
                    r.headers().lastHeader("dataengine.offset").value(), StandardCharsets.UTF_8))
        .map(Long::valueOf)
        .toList();
  }

  double counted(String meter) {
    return metrics.counter("dataengine.trainer." + meter, "model", model).count();
  }
}
