package dev.dataengine.producers.rules;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/** "What color is the circle?": one attribute of one thing, named without that attribute. */
final class AttributeRecognition implements QuestionRule {

  private static final List<String> ATTRIBUTES = List.of("color", "shape", "size");
  private static final List<String> PHRASES =
      List.of("What %s is the %s?", "What is the %s of the %s?", "Which %s does the %s have?");

  @Override
  public String type() {
    return "attribute_recognition";
  }

  @Override
  public Optional<Candidate> write(Facts facts, RandomGenerator random) {
    for (String attribute : Draw.shuffled(ATTRIBUTES, random)) {
      for (Thing thing : Draw.shuffled(facts.things(), random)) {
        Optional<String> value = thing.attribute(attribute);
        Optional<String> name = facts.name(thing, Set.of(attribute), random);
        if (value.isPresent() && name.isPresent()) {
          return Optional.of(candidate(attribute, value.get(), name.get(), facts, random));
        }
      }
    }
    return Optional.empty();
  }

  private Candidate candidate(
      String attribute, String value, String name, Facts facts, RandomGenerator random) {
    return new Candidate(
        String.format(Draw.one(PHRASES, random), attribute, name),
        value,
        Draw.distractors(value, facts.values(attribute), Vocabulary.ofAttribute(attribute), random),
        type());
  }
}
