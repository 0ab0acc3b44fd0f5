package dev.dataengine.producers.rules;

import dev.dataengine.events.AnnotatedQuestion;
import dev.dataengine.events.Image;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Questions that came with the image. */
final class Published {

  private Published() {}

  static List<AnnotatedQuestion> of(Image image, String type) {
    return image.getQuestions().stream().filter(q -> q.getQuestionType().equals(type)).toList();
  }

  static Optional<Candidate> write(Image image, String type, RandomGenerator random) {
    return Draw.any(of(image, type), random).map(q -> candidate(q, random));
  }

  /** Wrong answers as published, filled up to three with others of the answer's kind. */
  static Candidate candidate(AnnotatedQuestion question, RandomGenerator random) {
    String answer = question.getAnswer();
    return new Candidate(
        question.getQuestion(),
        answer,
        Draw.distractors(answer, question.getDistractors(), Vocabulary.like(answer), random),
        question.getQuestionType());
  }
}
