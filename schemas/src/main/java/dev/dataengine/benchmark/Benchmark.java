package dev.dataengine.benchmark;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A fixed set of questions to evaluate on: a directory with {@code benchmark.json} (name,
 * description, what it was made from), {@code questions.jsonl} (a {@link BenchmarkQuestion} a line)
 * and the images.
 *
 * @param name name, as events carry it
 * @param description what it is and where it comes from
 * @param dir its directory
 * @param questions in the order of the file
 */
public record Benchmark(
    String name, String description, Path dir, List<BenchmarkQuestion> questions) {

  static final String ABOUT = "benchmark.json";
  static final String QUESTIONS = "questions.jsonl";
  static final String IMAGES = "images";

  static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();

  public Benchmark {
    questions = List.copyOf(questions);
  }

  /** The same after its directory was renamed. */
  Benchmark at(Path directory) {
    return new Benchmark(name, description, directory, questions);
  }

  /**
   * What {@code benchmark.json} holds.
   *
   * @param madeFrom null where nobody said
   */
  record About(
      @JsonProperty("name") String name,
      @JsonProperty("description") String description,
      @JsonProperty("made_from") @JsonInclude(JsonInclude.Include.NON_NULL)
          @Nullable MadeFrom madeFrom) {}

  private static About about(Path dir) throws IOException {
    JsonNode json = JSON.readTree(dir.resolve(ABOUT).toFile());
    if (json instanceof ObjectNode object && !object.has("made_from")) {
      object.putNull("made_from"); // written before it was recorded, or by hand
    }
    return JSON.treeToValue(json, About.class);
  }

  /** What a benchmark's directory says that it was made from; empty where it does not say. */
  public static Optional<MadeFrom> madeFrom(Path dir) {
    try {
      return Optional.ofNullable(about(dir).madeFrom());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Reads the directory and checks every line; images are checked to be there, not read.
   *
   * @throws BenchmarkException with file, line, reason and remedy
   */
  public static Benchmark load(Path dir) {
    About about;
    try {
      about = about(dir);
    } catch (IOException e) {
      throw refuse(dir.resolve(ABOUT), 0, reason(e), "point to a benchmark's directory", e);
    }
    List<BenchmarkQuestion> questions = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    Path file = dir.resolve(QUESTIONS);
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      String line;
      for (int number = 1; (line = reader.readLine()) != null; number++) {
        BenchmarkQuestion question = question(file, number, line);
        if (!ids.add(question.questionId())) {
          String reason = "question_id: '" + question.questionId() + "' was used before";
          throw refuse(file, number, reason, "give every question its own id", null);
        }
        if (!Files.isRegularFile(dir.resolve(question.image()))) {
          String reason = "image: there is no file " + question.image();
          throw refuse(file, number, reason, "put it into the benchmark's directory", null);
        }
        questions.add(question);
      }
    } catch (IOException e) {
      throw refuse(file, 0, reason(e), "point to a benchmark's directory", e);
    }
    if (questions.isEmpty()) {
      throw refuse(file, 0, "no questions", "write at least one", null);
    }
    return new Benchmark(about.name(), about.description(), dir, questions);
  }

  /** The types of its questions, in alphabetical order. */
  public Set<String> questionTypes() {
    Set<String> types = new TreeSet<>();
    questions.forEach(question -> types.add(question.questionType()));
    return types;
  }

  /** The image's file of one of its questions. */
  public Path imageFile(BenchmarkQuestion question) {
    return dir.resolve(question.image());
  }

  private static BenchmarkQuestion question(Path file, int number, String line) {
    try {
      return JSON.readValue(line, BenchmarkQuestion.class);
    } catch (JsonProcessingException e) {
      throw refuse(file, number, reason(e), "correct or remove the line", e);
    }
  }

  private static String reason(IOException e) {
    if (e instanceof java.nio.file.NoSuchFileException
        || e instanceof java.io.FileNotFoundException) {
      return "there is no such file";
    }
    Throwable cause = e.getCause() instanceof IllegalArgumentException inner ? inner : e;
    return cause instanceof JsonProcessingException json
        ? json.getOriginalMessage()
        : String.valueOf(cause.getMessage());
  }

  private static BenchmarkException refuse(
      Path file, int line, String reason, String remedy, @Nullable Throwable cause) {
    String where = line == 0 ? file.toString() : file + ", line " + line;
    String message = where + ": " + reason + "; " + remedy;
    return cause == null ? new BenchmarkException(message) : new BenchmarkException(message, cause);
  }
}
