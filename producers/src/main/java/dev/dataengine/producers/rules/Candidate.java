package dev.dataengine.producers.rules;

import java.util.List;

/**
 * A question with its right answer and wrong ones, before any check.
 *
 * @param question the question
 * @param answer the right answer
 * @param distractors wrong answers, at least three where a rule wrote it
 * @param type type of the question
 */
public record Candidate(String question, String answer, List<String> distractors, String type) {

  public Candidate {
    distractors = List.copyOf(distractors);
  }
}
