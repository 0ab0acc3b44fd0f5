package dev.dataengine.compose.chaos.observe;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.generic.GenericRecord;

/**
 * Whether an event makes sense where it is: our own reading of what the schemas' documentation and
 * the design say, and of nothing else.
 */
final class Soundness {

  private static final int CHOICES = 4;

  /** Far beyond the 512 tokens that are trained on. */
  private static final int LONGEST_QUESTION = 20_000;

  private static final double TOLERANCE = 1e-6;

  private Soundness() {}

  /** What is wrong with it; empty where nothing is. */
  static Optional<String> problem(Watched topic, String key, GenericRecord event) {
    Fields fields = new Fields(event);
    return switch (topic) {
      case IMAGES -> image(key, fields);
      case RESULTS -> result(key, fields);
      case STATS -> statistics(fields);
      case WEIGHTS -> weights(fields);
      case BAD_CASES -> badCase(key, fields);
      case SAMPLES -> sample(key, fields);
      case VERSIONS -> version(key, fields);
    };
  }

  private static Optional<String> image(String key, Fields image) {
    if (!key.equals(image.text("image_id"))) {
      return Optional.of("key is not the image_id");
    }
    if (image.number("width") < 1 || image.number("height") < 1) {
      return Optional.of("no size");
    }
    byte[] bytes = image.bytes("bytes");
    if (bytes == null && image.text("uri").isEmpty()) {
      return Optional.of("neither bytes nor uri");
    }
    return bytes == null || sha256(bytes).equals(image.text("sha256"))
        ? Optional.empty()
        : Optional.of("bytes of another sha256");
  }

  private static Optional<String> result(String key, Fields result) {
    if (!key.equals(result.text("question_id"))) {
      return Optional.of("key is not the question_id");
    }
    if (!isShare(result.real("score"))) {
      return Optional.of("score " + result.real("score"));
    }
    if (result.number("model_version") < 0) {
      return Optional.of("version " + result.number("model_version"));
    }
    for (String id : List.of("benchmark", "model", "question_id", "question_type")) {
      if (result.text(id).isBlank()) {
        return Optional.of(id + " is blank");
      }
    }
    return Optional.empty();
  }

  private static Optional<String> statistics(Fields stats) {
    return stats.number("n") >= 0 && stats.real("errors") >= 0
        ? Optional.empty()
        : Optional.of("n or errors below 0");
  }

  private static Optional<String> weights(Fields update) {
    double sum = 0;
    Map<String, Object> types = update.map("types");
    for (Map.Entry<String, Object> type : types.entrySet()) {
      Fields weight = new Fields((GenericRecord) type.getValue());
      if (!isShare(weight.real("probability")) || weight.number("n") < 0) {
        return Optional.of("probability or n of " + type.getKey());
      }
      sum += weight.real("probability");
    }
    return Math.abs(sum - 1) < TOLERANCE * types.size()
        ? Optional.empty()
        : Optional.of("probabilities add up to " + sum);
  }

  private static Optional<String> badCase(String key, Fields badCase) {
    if (!key.equals(badCase.text("question_type"))) {
      return Optional.of("key is not the question_type");
    }
    double score = badCase.real("score");
    return isShare(score) && score < 1 ? Optional.empty() : Optional.of("score " + score);
  }

  private static Optional<String> sample(String key, Fields sample) {
    if (!key.equals(sample.text("image_id"))) {
      return Optional.of("key is not the image_id");
    }
    String question = sample.text("question");
    List<String> choices = sample.texts("choices");
    if (question.isBlank() || question.length() > LONGEST_QUESTION) {
      return Optional.of("a question of " + question.length() + " characters");
    }
    if (choices.size() != CHOICES
        || new HashSet<>(choices).size() != CHOICES
        || choices.stream().anyMatch(String::isBlank)) {
      return Optional.of("choices " + choices.size());
    }
    long correct = sample.number("correct_choice");
    return correct >= 0
            && correct < CHOICES
            && choices.get((int) correct).equals(sample.text("answer"))
        ? Optional.empty()
        : Optional.of("the answer is not the correct choice");
  }

  private static Optional<String> version(String key, Fields version) {
    if (!key.equals(version.text("model"))) {
      return Optional.of("key is not the model");
    }
    return version.number("version") >= 0 && version.number("samples_trained") >= 0
        ? Optional.empty()
        : Optional.of("version or samples below 0");
  }

  private static boolean isShare(double value) {
    return value >= 0 && value <= 1;
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
