package dev.dataengine.benchmark;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.HashSet;
import java.util.List;

/**
 * One question of a benchmark.
 *
 * @param questionId identity within the benchmark
 * @param imageId identity of the image
 * @param image path of the encoded image, relative to the benchmark's directory
 * @param imageSha256 SHA-256 of that file, 64 lower-case hexadecimal digits
 * @param question the question
 * @param questionType its type
 * @param choices at least two different answers to choose from
 * @param correctChoice index of the right one
 */
public record BenchmarkQuestion(
    @JsonProperty("question_id") String questionId,
    @JsonProperty("image_id") String imageId,
    @JsonProperty("image") String image,
    @JsonProperty("image_sha256") String imageSha256,
    @JsonProperty("question") String question,
    @JsonProperty("question_type") String questionType,
    @JsonProperty("choices") List<String> choices,
    @JsonProperty("correct_choice") int correctChoice) {

  public BenchmarkQuestion {
    require("question_id", questionId);
    require("image_id", imageId);
    require("image", image);
    require("question", question);
    require("question_type", questionType);
    if (imageSha256 == null || !imageSha256.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException(
          "image_sha256: expected 64 lower-case hexadecimal digits, got " + imageSha256);
    }
    if (image.startsWith("/") || image.contains("..")) {
      throw new IllegalArgumentException(
          "image: expected a path inside the benchmark's directory, got " + image);
    }
    if (choices == null || choices.size() < 2 || new HashSet<>(choices).size() < choices.size()) {
      throw new IllegalArgumentException(
          "choices: expected at least two different answers, got " + choices);
    }
    choices = List.copyOf(choices);
    if (correctChoice < 0 || correctChoice >= choices.size()) {
      throw new IllegalArgumentException(
          "correct_choice: expected 0 to " + (choices.size() - 1) + ", got " + correctChoice);
    }
  }

  /** The right answer. */
  public String answer() {
    return choices.get(correctChoice);
  }

  private static void require(String name, String value) {
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException(name + ": expected text, got " + value);
    }
  }
}
