package dev.dataengine.producers.benchmarks;

import dev.dataengine.benchmark.Benchmark;
import dev.dataengine.benchmark.BenchmarkWriter;
import dev.dataengine.benchmark.MadeFrom;
import dev.dataengine.events.Image;
import dev.dataengine.producers.rules.Candidate;
import dev.dataengine.producers.rules.Choices;
import dev.dataengine.producers.rules.RulesWriter;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Collects questions by rule until there are enough of every type, no answer more than a quarter of
 * its type, so that guessing the commonest answer gains little. An image serves a few questions:
 * fewer images to look at, and still many.
 */
final class RuleQuestions {

  private static final int QUESTIONS_PER_IMAGE = 4;

  private final RulesWriter writer = new RulesWriter();
  private final BenchmarkWriter out;
  private final SplittableRandom random;
  private final String name;
  private final int perType;
  private final Map<String, Integer> byType = new HashMap<>();
  private final Map<String, Integer> byAnswer = new HashMap<>();

  RuleQuestions(Path dir, String name, long seed, int perType) {
    if (perType < 1) {
      throw new IllegalArgumentException("questions-per-type: expected 1 or more, got " + perType);
    }
    this.out = new BenchmarkWriter(dir);
    this.name = name;
    this.random = new SplittableRandom(seed);
    this.perType = perType;
  }

  boolean isComplete() {
    return writer.types().stream().allMatch(type -> byType.getOrDefault(type, 0) >= perType);
  }

  /** Adds up to some questions about the image, of the types that have the fewest. */
  void offer(Image image) {
    int added = 0;
    for (String type :
        writer.types().stream()
            .sorted(java.util.Comparator.comparingInt(t -> byType.getOrDefault(t, 0)))
            .toList()) {
      if (added < QUESTIONS_PER_IMAGE
          && byType.getOrDefault(type, 0) < perType
          && add(image, type)) {
        added++;
      }
    }
  }

  private boolean add(Image image, String type) {
    Candidate candidate = writer.write(image, type, random).orElse(null);
    if (candidate == null) {
      return false;
    }
    String answer = type + "|" + candidate.answer();
    if (byAnswer.getOrDefault(answer, 0) >= (perType + 3) / 4) {
      return false;
    }
    Choices choices = Choices.shuffled(candidate, random);
    int number = byType.merge(type, 1, Integer::sum);
    byAnswer.merge(answer, 1, Integer::sum);
    ByteBuffer pixels = image.getBytes();
    byte[] bytes = new byte[pixels.remaining()];
    pixels.duplicate().get(bytes);
    out.add(
        name + "/" + type + "/" + number,
        image.getImageId(),
        bytes,
        "png",
        candidate.question(),
        type,
        choices.texts(),
        choices.correct());
    return true;
  }

  Benchmark finish(String description, MadeFrom madeFrom) {
    return out.finish(name, description, madeFrom);
  }
}
