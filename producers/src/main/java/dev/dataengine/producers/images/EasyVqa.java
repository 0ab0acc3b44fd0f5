package dev.dataengine.producers.images;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * easy-VQA (Victor Zhou): one shape an image, questions of four types from templates. Split by
 * image: which part an image belongs to depends on its number only.
 */
public final class EasyVqa {

  /** Its thirteen answers in the order of the benchmark's choices. */
  public static final List<String> ANSWERS =
      List.of(
          "circle",
          "rectangle",
          "triangle",
          "black",
          "blue",
          "brown",
          "gray",
          "green",
          "red",
          "teal",
          "yellow",
          "yes",
          "no");

  static final List<String> SHAPES = ANSWERS.subList(0, 3);
  static final List<String> COLORS = ANSWERS.subList(3, 11);

  private final Path dir;
  private final Map<Integer, List<Question>> byImage = new TreeMap<>();

  /**
   * A question.
   *
   * @param text as published
   * @param answer one of {@link #ANSWERS}
   * @param type shape, colour, presence or negation
   */
  public record Question(String text, String answer, String type) {}

  /**
   * Reads the questions and checks that every image is there.
   *
   * @param folder the folder with questions.json and images/, or the one above, where that is
   *     train/
   * @throws InputRefusedException with file, row and reason
   */
  public EasyVqa(Path folder) {
    Path train = folder.resolve("train");
    dir = Files.isRegularFile(train.resolve("questions.json")) ? train : folder;
    Path file = dir.resolve("questions.json");
    if (!Files.isRegularFile(file)) {
      throw InputRefusedException.of(file, "there is no such file; expected easy-VQA's questions");
    }
    JsonNode rows;
    try {
      rows = JsonLines.JSON.readTree(file.toFile());
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      throw InputRefusedException.of(file, line, "not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw InputRefusedException.of(file, "cannot be read: " + e);
    }
    if (!rows.isArray() || rows.isEmpty()) {
      throw InputRefusedException.of(file, "expected an array of [question, answer, image]");
    }
    for (int i = 0; i < rows.size(); i++) {
      add(file, i, rows.get(i));
    }
    byImage.keySet().forEach(image -> requireImage(file, image));
  }

  private void add(Path file, int index, JsonNode row) {
    String answer = row.path(1).asText();
    if (row.size() != 3
        || !row.path(0).isTextual()
        || !row.path(2).isInt()
        || !ANSWERS.contains(answer)) {
      throw InputRefusedException.of(
          file, "row " + index + ": expected [question, answer, image], got " + row);
    }
    String text = row.path(0).asText();
    byImage
        .computeIfAbsent(row.path(2).asInt(), k -> new ArrayList<>())
        .add(new Question(text, answer, type(text, answer)));
  }

  private void requireImage(Path file, int image) {
    if (!Files.isRegularFile(imageFile(image))) {
      throw InputRefusedException.of(file, "there is no image " + imageFile(image));
    }
  }

  private static String type(String question, String answer) {
    if (SHAPES.contains(answer)) {
      return "shape";
    }
    if (COLORS.contains(answer)) {
      return "colour";
    }
    return question.matches(".*\\b(not|no)\\b.*") ? "negation" : "presence";
  }

  /**
   * The numbers of the images of one part, in order.
   *
   * @param heldOut whether the part is the benchmark's
   * @param percent share of the benchmark, 1 to 99
   */
  public List<Integer> images(boolean heldOut, int percent) {
    if (percent < 1 || percent > 99) {
      throw new IllegalArgumentException("held-out-percent: expected 1 to 99, got " + percent);
    }
    return byImage.keySet().stream().filter(i -> isHeldOut(i, percent) == heldOut).toList();
  }

  /** Fibonacci hashing spreads the numbers evenly over 100 classes. */
  private static boolean isHeldOut(int image, int percent) {
    return Long.remainderUnsigned((image * 0x9E3779B97F4A7C15L) >>> 20, 100) < percent;
  }

  /** The questions about an image. */
  public List<Question> questions(int image) {
    return List.copyOf(byImage.getOrDefault(image, List.of()));
  }

  /** The file of the questions. */
  public Path questionsFile() {
    return dir.resolve("questions.json");
  }

  /** The file of an image. */
  public Path imageFile(int image) {
    return dir.resolve("images").resolve(image + ".png");
  }

  /** Identity of the image's event. */
  public static String imageId(int image) {
    return "easy-vqa-" + image;
  }
}
