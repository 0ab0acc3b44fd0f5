package dev.dataengine.workers.train;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dataengine.events.VqaSample;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SampleCheckTest {

  private static VqaSample sample(int correct, String answer) {
    return VqaSample.newBuilder()
        .setSampleId("s-1")
        .setImageId("i")
        .setImageSha256("")
        .setQuestion("What is it?")
        .setChoices(List.of("a cube", "a cone", "a torus", "a sphere"))
        .setCorrectChoice(correct)
        .setAnswer(answer)
        .setQuestionType("shape")
        .setBenchmark("scenes")
        .setWeightSequence(1)
        .setGenerator("test")
        .setCreatedAt(Instant.EPOCH)
        .build();
  }

  @ParameterizedTest
  @CsvSource({"0,a cube", "3,a sphere"})
  void require_answerIsTheChoice_passes(int correct, String answer) {
    assertThatCode(() -> SampleCheck.require(sample(correct, answer))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 4, 7, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void require_noSuchChoice_isRefusedWithBoth(int correct) {
    assertThatThrownBy(() -> SampleCheck.require(sample(correct, "a cube")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "sample s-1: correct_choice: expected the index of one of 4 choices, got " + correct);
  }

  @Test
  void require_answerOfAnotherChoice_isRefusedWithBoth() {
    assertThatThrownBy(() -> SampleCheck.require(sample(1, "a cube")))
        .hasMessage("sample s-1: answer: expected choice 1, 'a cone', got 'a cube'");
  }

  @Test
  void require_longAnswer_isToldShortened() {
    assertThatThrownBy(() -> SampleCheck.require(sample(1, "x".repeat(5_000))))
        .hasMessageEndingWith("got '" + "x".repeat(100) + "…'");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 201})
  void require_typeTooShortOrLong_isRefused(int letters) {
    VqaSample sample = sample(0, "a cube");
    sample.setQuestionType("t".repeat(letters));
    assertThatThrownBy(() -> SampleCheck.require(sample))
        .hasMessage("sample s-1: question_type: expected 1 to 200 letters, got " + letters);
  }
}
