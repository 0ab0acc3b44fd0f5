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
    return Draw.any(of(image, type), random).map(q -> candidate(q, image, random));
  }

  /**
   * Wrong answers as published, filled up to three with others of the answer's kind. A thing that
   * is in the image may be another right answer, so it is not among them.
   */
  static Candidate candidate(AnnotatedQuestion question, Image image, RandomGenerator random) {
    String answer = question.getAnswer();
    List<String> others = Vocabulary.like(answer);
    if (others.equals(Vocabulary.THINGS)) {
      List<String> present = Facts.of(image).categories();
      others = others.stream().filter(thing -> !present.contains(thing)).toList();
    }
    return new Candidate(
        question.getQuestion(),
        answer,
        Draw.distractors(answer, question.getDistractors(), others, random),
        question.getQuestionType());
  }
}
