package dev.dataengine.producers.generator;

import dev.dataengine.benchmark.Benchmark;
import dev.dataengine.benchmark.BenchmarkQuestion;
import dev.dataengine.benchmark.Sha256;
import dev.dataengine.events.BadCase;
import dev.dataengine.events.Image;
import dev.dataengine.events.TypeWeight;
import dev.dataengine.events.VqaSample;
import dev.dataengine.events.WeightUpdate;
import dev.dataengine.producers.loop.FakeWorld;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Events for tests. */
final class Fixtures {

  private Fixtures() {}

  static String sha(String content) {
    return Sha256.hex(content.getBytes(StandardCharsets.UTF_8));
  }

  static Image image(String id, String content) {
    return Image.newBuilder()
        .setImageId(id)
        .setSha256(sha(content))
        .setWidth(10)
        .setHeight(10)
        .setSource("test")
        .setCaptions(List.of())
        .setObjects(List.of())
        .setAttributes(Map.of("scene", "beach"))
        .setQuestions(List.of())
        .setPublishedAt(Instant.EPOCH)
        .build();
  }

  static BenchmarkGuard guard() {
    return new BenchmarkGuard(List.of());
  }

  static BenchmarkGuard guard(String imageId, String question) {
    BenchmarkQuestion held =
        new BenchmarkQuestion(
            "q", imageId, "images/a.png", sha(imageId), question, "t", List.of("a", "b"), 0);
    return new BenchmarkGuard(List.of(new Benchmark("b", "", Path.of("b"), List.of(held))));
  }

  static WeightUpdate weights(long sequence, Map<String, Double> probabilities) {
    Map<String, TypeWeight> types = new HashMap<>();
    probabilities.forEach((type, p) -> types.put(type, new TypeWeight(1L, 1.0, 1.0, p, p)));
    return WeightUpdate.newBuilder()
        .setUpdateId("scenes|m|" + sequence)
        .setBenchmark("scenes")
        .setStrategy("smoothed")
        .setModel("m")
        .setModelVersion(1)
        .setSequence(sequence)
        .setExploration(0.05)
        .setTypes(types)
        .setUpdatedAt(Instant.EPOCH.plusSeconds(sequence))
        .build();
  }

  static BadCase badCase(String id, String type, String imageId) {
    return BadCase.newBuilder()
        .setBadCaseId(id)
        .setBenchmark("scenes")
        .setModel("m")
        .setModelVersion(1)
        .setQuestionId("q")
        .setImageId(imageId)
        .setQuestion("?")
        .setQuestionType(type)
        .setChoices(List.of("a", "b"))
        .setDirectAnswers(List.of())
        .setScore(0)
        .setEvaluatedAt(Instant.EPOCH)
        .build();
  }

  static VqaSample sample(String imageId, String question) {
    return VqaSample.newBuilder()
        .setSampleId(imageId + question)
        .setImageId(imageId)
        .setImageSha256(sha(imageId))
        .setQuestion(question)
        .setChoices(List.of("a", "b", "c", "d"))
        .setCorrectChoice(0)
        .setAnswer("a")
        .setQuestionType("t")
        .setBenchmark("scenes")
        .setWeightSequence(1)
        .setGenerator("test/1")
        .setInContextIds(List.of())
        .setCreatedAt(Instant.EPOCH)
        .build();
  }

  /** For the weights and trainers of model m on scenes. */
  static GeneratorConfig config(int maxAhead, int batchSize, int duplicateWindow) {
    return new GeneratorConfig(
        "scenes",
        "m",
        List.of(),
        "",
        maxAhead,
        batchSize,
        100,
        duplicateWindow,
        500,
        10,
        16,
        4,
        10_000,
        1);
  }

  /** Without images, weights or anything held out. */
  static SampleGenerator generator(int duplicateWindow, SampleWriter writer) {
    return new SampleGenerator(
        config(512, 64, duplicateWindow),
        writer,
        guard(),
        new SplittableRandom(1),
        new FakeWorld().parts());
  }
}
