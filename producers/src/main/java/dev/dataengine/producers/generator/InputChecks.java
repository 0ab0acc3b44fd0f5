package dev.dataengine.producers.generator;

import dev.dataengine.events.BadCase;
import dev.dataengine.events.Image;
import dev.dataengine.events.ImageObject;
import dev.dataengine.events.TypeWeight;
import dev.dataengine.events.WeightUpdate;
import dev.dataengine.failure.Excerpt;
import dev.dataengine.image.ImageLimits;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an event must be, beyond its schema, before the generator keeps it: what it keeps goes into
 * samples, which must fit into records, and stays in memory. What is refused goes to the dead
 * letters with the message.
 */
final class InputChecks {

  /** Characters of an id or of a type's name. */
  static final int LONGEST_NAME = 1_000;

  /** Characters of the texts of one bad case. */
  static final int LONGEST_CASE = 50_000;

  static final int LARGEST_EMBEDDING = 16_384;

  /** Things of one image: rules look at every pair of them. */
  static final int MOST_OBJECTS = 1_000;

  private InputChecks() {}

  /**
   * @throws IllegalArgumentException with what came and what was expected
   */
  static void check(Image image) {
    requireName("image_id", image.getImageId());
    if (!image.getSha256().matches("[0-9a-f]{64}")) {
      throw refused("sha256", "64 lower-case hexadecimal digits", Excerpt.of(image.getSha256()));
    }
    ImageLimits.requireSize(image.getWidth(), image.getHeight());
    List<@Nullable Float> embedding = image.getEmbedding();
    if (embedding != null && embedding.size() > LARGEST_EMBEDDING) {
      throw refused(
          "embedding", "at most " + LARGEST_EMBEDDING + " numbers", "" + embedding.size());
    }
    if (image.getObjects().size() > MOST_OBJECTS) {
      throw refused("objects", "at most " + MOST_OBJECTS, "" + image.getObjects().size());
    }
    for (ImageObject object : image.getObjects()) {
      var box = object.getBbox();
      if (box != null
          && !(Double.isFinite(box.getX())
              && Double.isFinite(box.getY())
              && Double.isFinite(box.getWidth())
              && Double.isFinite(box.getHeight()))) {
        throw refused(
            "bbox of '" + Excerpt.of(object.getCategory()) + "'", "finite numbers", "" + box);
      }
    }
  }

  /**
   * @throws IllegalArgumentException with what came and what was expected
   */
  static void check(BadCase badCase) {
    requireName("bad_case_id", badCase.getBadCaseId());
    requireName("image_id", badCase.getImageId());
    requireName("question_type", badCase.getQuestionType());
    long characters = badCase.getQuestion().length();
    characters += badCase.getQuestionId().length();
    characters += length(badCase.getChoices()) + length(badCase.getDirectAnswers());
    characters += badCase.getAnswer() == null ? 0 : badCase.getAnswer().length();
    if (characters > LONGEST_CASE) {
      throw refused(
          "question, choices and answers",
          "at most " + LONGEST_CASE + " characters together",
          "" + characters);
    }
  }

  /**
   * @throws IllegalArgumentException with what came and what was expected
   */
  static void check(WeightUpdate update) {
    requireAtLeast("sequence", 1, update.getSequence());
    requireAtLeast("model_version", 0, update.getModelVersion());
    double sum = 0;
    for (Map.Entry<String, TypeWeight> entry : update.getTypes().entrySet()) {
      requireName("question type", entry.getKey());
      TypeWeight weight = entry.getValue();
      String of = " of '" + Excerpt.of(entry.getKey()) + "'";
      requireUpTo("probability" + of, 1, weight.getProbability());
      requireAtLeast("n" + of, 0, weight.getN());
      requireUpTo("errors" + of, (double) weight.getN(), weight.getErrors());
      requireUpTo("error_rate" + of, 1, weight.getErrorRate());
      if (!(weight.getWeight() >= 0 && Double.isFinite(weight.getWeight()))) {
        throw refused("weight" + of, "a number from 0 on", "" + weight.getWeight());
      }
      sum += weight.getProbability();
    }
    if (!(sum > 0)) {
      throw refused(
          "types",
          "at least one of positive probability",
          update.getTypes().size() + " of probability 0");
    }
  }

  private static void requireAtLeast(String field, long least, long got) {
    if (got < least) {
      throw refused(field, "at least " + least, "" + got);
    }
  }

  /** A little above the most is rounding; what is no number is within nothing. */
  private static void requireUpTo(String field, double most, double got) {
    if (!(got >= 0 && got <= most * 1.001)) {
      throw refused(field, "0 to " + (long) most, "" + got);
    }
  }

  private static void requireName(String field, String value) {
    if (value.isEmpty() || value.length() > LONGEST_NAME) {
      throw refused(field, "1 to " + LONGEST_NAME + " characters", "" + value.length());
    }
  }

  private static long length(List<String> texts) {
    return texts.stream().mapToLong(String::length).sum();
  }

  private static IllegalArgumentException refused(String field, String expected, String got) {
    return new IllegalArgumentException(field + ": expected " + expected + ", got " + got);
  }
}
