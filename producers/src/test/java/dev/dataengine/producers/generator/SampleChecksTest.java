package dev.dataengine.producers.generator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.benchmark.Benchmark;
import dev.dataengine.benchmark.BenchmarkQuestion;
import dev.dataengine.events.Image;
import dev.dataengine.events.RejectionReason;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SampleChecksTest {

  private static final List<String> COLORS = List.of("red", "green", "blue", "gray");

  private final RecentQuestions recent = new RecentQuestions(2);
  private final SampleChecks checks = new SampleChecks(Fixtures.guard(), recent);

  private CheckResult check(String question, List<String> choices, int correct) {
    return checks.check(
        new Draft(question, choices, correct, null, "raw"), Fixtures.image("i", "c"));
  }

  private static RejectionReason reason(CheckResult result) {
    return result instanceof CheckResult.Rejected rejected
        ? rejected.reason()
        : RejectionReason.UNKNOWN;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "What color is it?|red;green;blue;gray|0|UNKNOWN",
        "What color is it?|red;green;blue|0|CHOICE_COUNT",
        "What color is it?|red;green;blue;gray;teal|0|CHOICE_COUNT",
        "What color is it?|red;green;blue;.|0|EMPTY_CHOICE",
        "What color is it?|red;green;blue;Red!|0|DUPLICATE_CHOICES",
        "What color is it?|red;green;blue;gray|4|NO_CORRECT_CHOICE",
        "What color is it?|red;green;blue;gray|-1|NO_CORRECT_CHOICE",
        "?|red;green;blue;gray|0|EMPTY_QUESTION",
        "What color is the red ball?|red;green;blue;gray|0|ANSWER_IN_QUESTION",
        "What color is the blue ball?|red;green;blue;gray|0|UNKNOWN",
        "What color is the reddish ball?|red;green;blue;gray|0|UNKNOWN",
        "Which is larger, the cup or the dog?|cup;dog;neither;both|0|UNKNOWN",
        "is no circle present?|no;yes;maybe;unknown|0|UNKNOWN",
        "I'm sorry, what is it?|red;green;blue;gray|0|REFUSAL",
        "What color is it?|red;green;blue;As an AI I cannot see|0|REFUSAL",
        "What is at (12, 40)?|red;green;blue;gray|0|COORDINATES",
        "What is at x=12?|red;green;blue;gray|0|COORDINATES",
        "What is 40 pixels wide?|red;green;blue;gray|0|COORDINATES",
        "What is in the bounding box?|red;green;blue;gray|0|MENTIONS_ANNOTATION",
        "Which box is the dog in?|left;middle;right;none|0|UNKNOWN",
        "What does the caption say?|red;green;blue;gray|0|MENTIONS_ANNOTATION",
        "As a language model, what color is it?|red;green;blue;gray|0|REFUSAL",
        "I apologise. What is it?|red;green;blue;gray|0|REFUSAL",
        "I can't see it, can you?|red;green;blue;gray|0|REFUSAL",
        "What color is it?|red;green;blue;I do not have one|0|REFUSAL",
        "I am unable to say?|red;green;blue;gray|0|REFUSAL",
        "Who cannot assist?|red;green;blue;gray|0|REFUSAL",
        "Where is a sorry sight?|red;green;blue;gray|0|UNKNOWN",
        "What is in [3.5, 7]?|red;green;blue;gray|0|COORDINATES",
        "What is at y = -3?|red;green;blue;gray|0|COORDINATES",
        "What is at 0.25, 0.5?|red;green;blue;gray|0|COORDINATES",
        "Which coordinate is it?|red;green;blue;gray|0|COORDINATES",
        "What is 3px wide?|red;green;blue;gray|0|COORDINATES",
        "Are there 12 cups?|yes;no;maybe;none|0|UNKNOWN",
        "What is annotated?|red;green;blue;gray|0|MENTIONS_ANNOTATION",
        "What is in the bbox?|red;green;blue;gray|0|MENTIONS_ANNOTATION",
        "What does the JSON say?|red;green;blue;gray|0|MENTIONS_ANNOTATION",
        "What is the ground truth?|red;green;blue;gray|0|MENTIONS_ANNOTATION",
        "What does the given description say?|red;green;blue;gray|0|MENTIONS_ANNOTATION",
        "What does the metadata say?|red;green;blue;gray|0|MENTIONS_ANNOTATION",
        "What is in the image description?|red;green;blue;gray|0|MENTIONS_ANNOTATION",
      })
  void check_examples_giveTheReason(
      String question, String choices, int correct, RejectionReason expected) {
    assertThat(reason(check(question, List.of(choices.split(";")), correct))).isEqualTo(expected);
  }

  @Test
  void check_tooLong_isNoQuestion() {
    String limit = "w".repeat(SampleChecks.LONGEST_QUESTION);
    assertThat(reason(check(limit, COLORS, 0))).isEqualTo(RejectionReason.UNKNOWN);
    assertThat(reason(check(limit + "w", COLORS, 0))).isEqualTo(RejectionReason.UNPARSABLE);
    String choice = "c".repeat(SampleChecks.LONGEST_CHOICE);
    assertThat(reason(check("What?", List.of(choice, "b", "c", "d"), 0)))
        .isEqualTo(RejectionReason.UNKNOWN);
    assertThat(reason(check("What?", List.of("a", "b", choice + "c", "d"), 0)))
        .isEqualTo(RejectionReason.UNPARSABLE);
  }

  @Test
  void check_askedBefore_isADuplicateUntilTheWindowHasPassed() {
    recent.add("i", "what COLOR is it");
    assertThat(reason(check("What color is it?", COLORS, 0))).isEqualTo(RejectionReason.DUPLICATE);
    recent.add("i", "b");
    recent.add("i", "c");
    assertThat(reason(check("What color is it?", COLORS, 0))).isEqualTo(RejectionReason.UNKNOWN);
  }

  @Test
  void check_heldOutImage_isRefusedById_byContent_andByQuestion() {
    SampleChecks guarded = new SampleChecks(Fixtures.guard("held", "What is it?"), recent);
    Draft other = new Draft("What else?", COLORS, 0, null, "");
    Draft same = new Draft("what is it", COLORS, 0, null, "");
    String sha = Fixtures.sha("held");
    Image byId = Fixtures.image("held", "other");
    Image byContent = Fixtures.image("free", "held");

    assertThat(sha).isEqualTo(byContent.getSha256());
    assertThat(reason(guarded.check(other, byId))).isEqualTo(RejectionReason.BENCHMARK_IMAGE);
    assertThat(reason(guarded.check(other, byContent))).isEqualTo(RejectionReason.BENCHMARK_IMAGE);
    assertThat(reason(guarded.check(same, byContent)))
        .isEqualTo(RejectionReason.BENCHMARK_QUESTION);
    assertThat(reason(guarded.check(same, Fixtures.image("free", "free"))))
        .isEqualTo(RejectionReason.UNKNOWN);
  }

  @Provide
  Arbitrary<List<String>> choices() {
    return Arbitraries.of("red", "Red", "blue", "blue.", "", "?", "big cup", "big  cup", "7", "x")
        .list()
        .ofMinSize(0)
        .ofMaxSize(6);
  }

  /** Whatever is accepted has four distinct choices with words, and a right one among them. */
  @Property
  void check_accepted_hasFourDistinctChoicesAndAnAnswer(
      @ForAll("choices") List<String> choices, @ForAll("index") int correct) {
    SampleChecks fresh = new SampleChecks(Fixtures.guard(), new RecentQuestions(0));
    Draft draft = new Draft("What is shown here?", choices, correct, null, "");
    List<String> words = choices.stream().map(Words::normalised).toList();
    boolean sound =
        choices.size() == 4
            && words.stream().noneMatch(String::isEmpty)
            && Set.copyOf(new ArrayList<>(words)).size() == 4
            && correct >= 0
            && correct < 4;

    CheckResult result = fresh.check(draft, Fixtures.image("i", "c"));

    assertThat(result instanceof CheckResult.Accepted).isEqualTo(sound);
  }

  @Provide
  Arbitrary<Integer> index() {
    return Arbitraries.integers().between(-1, 6);
  }

  @Test
  void guard_ofABenchmark_knowsItsImages() {
    BenchmarkQuestion question =
        new BenchmarkQuestion(
            "q", "held", "images/a.png", Fixtures.sha("held"), "What?", "t", COLORS, 0);
    BenchmarkGuard guard =
        new BenchmarkGuard(List.of(new Benchmark("b", "", Path.of("b"), List.of(question))));
    assertThat(guard.holdsImage("held", "")).isTrue();
    assertThat(guard.holdsImage("", Fixtures.sha("held"))).isTrue();
    assertThat(guard.holdsImage("free", Fixtures.sha("free"))).isFalse();
  }
}
