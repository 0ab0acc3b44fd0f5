package dev.dataengine.streams;

import static dev.dataengine.streams.Results.result;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.events.BadCase;
import dev.dataengine.events.EvaluationResult;
import dev.dataengine.events.WeightUpdate;
import dev.dataengine.topics.Topic;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What cannot be read or makes no sense goes to the dead letters, as it came. */
class DeadLetterTest {

  @TempDir Path state;

  @Test
  void garbage_goesToTheDeadLettersWithItsPlaceAndReason() {
    try (Driver driver = driver()) {
      byte[] garbage = "no event".getBytes(StandardCharsets.UTF_8);
      driver.send(result(1, "a", "colour", 0));

      driver.send("b", garbage);
      driver.send(result(1, "c", "colour", 0));

      List<TestRecord<byte[], byte[]>> letters = driver.deadLetters();
      assertThat(letters).hasSize(1);
      TestRecord<byte[], byte[]> letter = letters.get(0);
      assertThat(letter.key()).asString().isEqualTo("b");
      assertThat(letter.value()).isEqualTo(garbage);
      assertThat(header(letter, "topic")).isEqualTo("evaluation-results");
      assertThat(header(letter, "partition")).isEqualTo("0");
      assertThat(header(letter, "offset")).isEqualTo("1");
      assertThat(header(letter, "service")).isEqualTo("weights");
      assertThat(header(letter, "reason")).contains("Unknown magic byte");
      assertThat(driver.badCases()).hasSize(2);
      assertThat(deadLetters(driver, "malformed")).isEqualTo(1);
    }
  }

  @Test
  void anotherEvent_isNoResult() {
    try (Driver driver = driver()) {
      BadCase badCase = BadCases.of(result(1, "a", "colour", 0));
      byte[] bytes =
          driver.serdes.badCases().serialize(Topic.EVALUATION_RESULTS.topicName(), badCase);

      driver.send("a", bytes);

      assertThat(driver.deadLetters()).hasSize(1);
      assertThat(deadLetters(driver, "malformed")).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @MethodSource("senseless")
  void senselessResult_goesToTheDeadLettersAndCountsNowhere(
      EvaluationResult result, String reason) {
    try (Driver driver = driver()) {
      byte[] bytes =
          driver.serdes.results().serialize(Topic.EVALUATION_RESULTS.topicName(), result);

      driver.send(result.getQuestionId(), bytes);
      driver.settle();

      List<TestRecord<byte[], byte[]>> letters = driver.deadLetters();
      assertThat(letters).hasSize(1);
      assertThat(letters.get(0).value()).isEqualTo(bytes);
      assertThat(header(letters.get(0), "reason")).isEqualTo(reason);
      assertThat(header(letters.get(0), "service")).isEqualTo("weights");
      assertThat(driver.updates()).isEmpty();
      assertThat(driver.stats()).isEmpty();
      assertThat(driver.badCases()).isEmpty();
      assertThat(deadLetters(driver, "senseless")).isEqualTo(1);
    }
  }

  static Stream<Arguments> senseless() {
    EvaluationResult blank = result(1, "a", " ", 0);
    EvaluationResult noBenchmark = result(1, "a", "colour", 0);
    noBenchmark.setBenchmark("");
    EvaluationResult nul = result(1, "a", "col\0our", 0);
    return Stream.of(
        Arguments.of(result(1, "a", "colour", 1.01), "score: expected 0 to 1, got 1.01"),
        Arguments.of(result(1, "a", "colour", -0.5), "score: expected 0 to 1, got -0.5"),
        Arguments.of(result(1, "a", "colour", Double.NaN), "score: expected 0 to 1, got NaN"),
        Arguments.of(result(-1, "a", "colour", 0), "model_version: expected 0 or more, got -1"),
        Arguments.of(blank, "question_type: expected an id, got a blank"),
        Arguments.of(noBenchmark, "benchmark: expected an id, got a blank"),
        Arguments.of(
            model("a|b"), "model: expected up to 200 letters, digits, '.', '_' and '-', got 'a|b'"),
        Arguments.of(
            benchmark("a|b"),
            "benchmark: expected an id, got one with a | in it, which parts keys"),
        Arguments.of(
            result(1, "a", "colour", 0, -1),
            "evaluated_at: expected a time from 1970 on, got 1969-12-31T23:59:59.999Z"),
        Arguments.of(nul, "question_type: expected an id, got one with a NUL in it"),
        Arguments.of(
            result(1, "a", "x".repeat(201), 0),
            "question_type: expected an id, got 201 characters"));
  }

  @Test
  void resultTooLargeToBeRepeated_goesAsItsFirstBytes() {
    try (Driver driver = driver()) {
      byte[] bytes = driver.bytes(result(1, "k".repeat(600_000), "colour", 0));

      driver.send("k".repeat(600_000), bytes);
      driver.send(result(1, "a", "colour", 0));
      driver.settle();

      TestRecord<byte[], byte[]> letter = driver.deadLetters().get(0);
      assertThat(header(letter, "reason"))
          .isEqualTo("record: expected at most 524288 bytes, got " + (bytes.length + 600_000));
      assertThat(header(letter, "key.size")).isEqualTo("600000");
      assertThat(letter.key().length + letter.value().length).isLessThan(10_000);
      assertThat(driver.updates()).hasSize(1);
    }
  }

  @Test
  void longKeyOfASmallResult_isRefused() {
    try (Driver driver = driver()) {
      driver.send("k".repeat(600_000), driver.bytes(result(1, "a", "colour", 0)));

      TestRecord<byte[], byte[]> letter = driver.deadLetters().get(0);
      assertThat(header(letter, "reason")).startsWith("record: expected at most 524288 bytes");
      assertThat(header(letter, "reason").length()).isLessThan(3_000);
    }
  }

  /** A byte that is no UTF-8 is read as a character of three. */
  @Test
  void textThatGrowsWhenItIsWrittenAgain_isRefused() {
    try (Driver driver = driver()) {
      EvaluationResult large = result(1, "a", "colour", 0);
      large.setQuestion("\uFFFD".repeat(ResultCheck.LARGEST / 3 - 100));
      driver.send(result(1, "b", "colour", 0));
      // as a client of another language sends it: one byte each
      driver.send("a", shrunk(driver.bytes(large), large.getQuestion().length()));
      driver.settle();
      assertThat(driver.badCases()).hasSize(2);

      large.setQuestionId("c");
      large.setQuestion("\uFFFD".repeat(ResultCheck.LARGEST / 2));
      driver.send("c", shrunk(driver.bytes(large), large.getQuestion().length()));
      driver.settle();

      assertThat(header(driver.deadLetters().get(0), "reason"))
          .startsWith("question, choices and answers: expected at most 174762 characters");
      assertThat(driver.badCases()).isEmpty();
    }
  }

  /** The same event with a question of as many bytes 0xFF. */
  private static byte[] shrunk(byte[] event, int characters) {
    String text = new String(event, StandardCharsets.ISO_8859_1);
    String three =
        new String("\uFFFD".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    String written = length(3 * characters) + three.repeat(characters);
    assertThat(text.contains(written)).isTrue();
    return text.replace(written, length(characters) + "\u00FF".repeat(characters))
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  /** As Avro writes it: zigzag, seven bits a byte. */
  private static String length(int bytes) {
    StringBuilder out = new StringBuilder();
    long left = 2L * bytes;
    while (left > 0x7F) {
      out.append((char) ((left & 0x7F) | 0x80));
      left >>>= 7;
    }
    return out.append((char) left).toString();
  }

  @Test
  void typesWithoutEnd_areRefusedBeyondABoundAndTheWeightsStillFitARecord() {
    try (Driver driver = driver()) {
      for (int type = 0; type < 15_000; type++) {
        driver.send(result(1, "q" + type, "t" + type + "x".repeat(130), 0));
      }
      driver.settle();

      assertThat(driver.deadLetters()).hasSize(15_000 - ResultCheck.MOST_TYPES);
      WeightUpdate update = driver.updates().get(0);
      assertThat(update.getTypes()).hasSize(ResultCheck.MOST_TYPES);
      assertThat(driver.serdes.updates().serialize(Topic.QUESTION_TYPE_WEIGHTS.topicName(), update))
          .hasSizeLessThan(1 << 20);
    }
  }

  @Test
  void typesOfManyPartitions_weighUpToABound() {
    try (Driver driver = driver()) {
      for (int partition = 0; partition < 16; partition++) {
        Map<String, Partial.TypeSum> types = new TreeMap<>();
        for (int type = 0; type < ResultCheck.MOST_TYPES; type++) {
          Sum sum = new Sum(1, 0);
          types.put("p" + partition + "t" + type, new Partial.TypeSum(sum, sum));
        }
        driver.sendPartial(
            new Partial(Results.PAIR, 1, partition, "", 0, 1_000, Long.MAX_VALUE, 1_000, types));
      }
      driver.settle();

      assertThat(driver.updates().get(0).getTypes()).hasSize(VersionSums.MOST_WEIGHED);
    }
  }

  private static EvaluationResult model(String model) {
    EvaluationResult result = result(1, "a", "colour", 0);
    result.setModel(model);
    return result;
  }

  private static EvaluationResult benchmark(String benchmark) {
    EvaluationResult result = result(1, "a", "colour", 0);
    result.setBenchmark(benchmark);
    return result;
  }

  @Test
  void keyThatIsNotTheQuestion_isRefused() {
    try (Driver driver = driver()) {
      EvaluationResult result = result(1, "a", "colour", 0);

      driver.send(
          "b", driver.serdes.results().serialize(Topic.EVALUATION_RESULTS.topicName(), result));

      assertThat(header(driver.deadLetters().get(0), "reason"))
          .isEqualTo("key: expected the question_id 'a', got 'b'");
    }
  }

  private Driver driver() {
    return new Driver(Configs.of("smoothed", state));
  }

  private static double deadLetters(Driver driver, String cause) {
    return driver.count(
        "dataengine.dead.letters",
        "service",
        "weights",
        "topic",
        "evaluation-results",
        "cause",
        cause);
  }

  private static String header(TestRecord<byte[], byte[]> letter, String name) {
    Header header = letter.headers().lastHeader("dataengine." + name);
    assertThat(header).as(name).isNotNull();
    return new String(header.value(), StandardCharsets.UTF_8);
  }
}
