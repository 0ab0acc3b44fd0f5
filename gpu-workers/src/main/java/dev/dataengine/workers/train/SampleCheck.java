package dev.dataengine.workers.train;

import dev.dataengine.events.VqaSample;
import dev.dataengine.failure.Excerpt;
import java.util.List;

/** What a sample must be, beyond its schema, whatever model learns from it. */
final class SampleCheck {

  /** Types are counted by name in events and checkpoints. */
  private static final int LONGEST_TYPE = 200;

  private SampleCheck() {}

  /**
   * Refuses a sample that contradicts itself: what it teaches would be wrong.
   *
   * @throws IllegalArgumentException with the sample, the field, what came and what was expected
   */
  static void require(VqaSample sample) {
    String type = sample.getQuestionType();
    if (type.isBlank() || type.length() > LONGEST_TYPE) {
      throw refused(
          sample,
          "question_type: expected 1 to %d letters, got %d"
              .formatted(LONGEST_TYPE, type.strip().length()));
    }
    List<String> choices = sample.getChoices();
    int correct = sample.getCorrectChoice();
    if (correct < 0 || correct >= choices.size()) {
      throw refused(
          sample,
          "correct_choice: expected the index of one of %d choices, got %d"
              .formatted(choices.size(), correct));
    }
    if (!choices.get(correct).equals(sample.getAnswer())) {
      throw refused(
          sample,
          "answer: expected choice %d, '%s', got '%s'"
              .formatted(
                  correct, Excerpt.of(choices.get(correct)), Excerpt.of(sample.getAnswer())));
    }
  }

  private static IllegalArgumentException refused(VqaSample sample, String problem) {
    return new IllegalArgumentException(
        "sample %s: %s".formatted(Excerpt.of(sample.getSampleId()), problem));
  }
}
