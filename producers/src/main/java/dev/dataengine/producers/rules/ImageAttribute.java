package dev.dataengine.producers.rules;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * A fact about the whole image.
 *
 * @param type type of the questions
 * @param attribute name of the image attribute that holds the answer
 * @param vocabulary what wrong answers are drawn from
 * @param phrases how to ask
 */
record ImageAttribute(String type, String attribute, List<String> vocabulary, List<String> phrases)
    implements QuestionRule {

  static ImageAttribute scene() {
    return new ImageAttribute(
        "image_scene",
        "scene",
        Vocabulary.SCENES,
        List.of(
            "What scene is in the image?",
            "What is the background scene?",
            "Which scene is this?"));
  }

  static ImageAttribute style() {
    return new ImageAttribute(
        "image_style",
        "style",
        Vocabulary.STYLES,
        List.of(
            "What pattern is the background?",
            "Which pattern does the background have?",
            "What is the style of the background?"));
  }

  @Override
  public Optional<Candidate> write(Facts facts, RandomGenerator random) {
    return facts
        .attribute(attribute)
        .map(
            value ->
                new Candidate(
                    Draw.one(phrases, random),
                    value,
                    Draw.distractors(value, List.of(), vocabulary, random),
                    type));
  }
}
