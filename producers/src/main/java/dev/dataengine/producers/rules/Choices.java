package dev.dataengine.producers.rules;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Choices in a random order.
 *
 * @param texts the choices
 * @param correct index of the right one
 */
public record Choices(List<String> texts, int correct) {

  public Choices {
    texts = List.copyOf(texts);
  }

  /** The answer and the first three distractors, every order equally likely. */
  public static Choices shuffled(Candidate candidate, RandomGenerator random) {
    List<String> texts = new java.util.ArrayList<>();
    texts.add(candidate.answer());
    candidate.distractors().stream().limit(3).forEach(texts::add);
    List<String> order = Draw.shuffled(texts, random);
    return new Choices(order, order.indexOf(candidate.answer()));
  }
}
