package dev.dataengine.producers.generator;

import dev.dataengine.events.BadCase;
import dev.dataengine.events.Image;
import dev.dataengine.producers.rules.Candidate;
import dev.dataengine.producers.rules.RulesWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Writes by rule; has no use for examples. */
final class RulesSampleWriter implements SampleWriter {

  private final RulesWriter rules = new RulesWriter();

  @Override
  public String name() {
    return "rules/1";
  }

  @Override
  public Writing write(Image image, String type, List<BadCase> examples, RandomGenerator random) {
    return rules
        .write(image, type, random)
        .<Writing>map(candidate -> new Writing.Written(draft(candidate)))
        .orElseGet(Writing.NotApplicable::new);
  }

  private static Draft draft(Candidate candidate) {
    List<String> choices = new ArrayList<>();
    choices.add(candidate.answer());
    candidate.distractors().stream().limit(3).forEach(choices::add);
    return new Draft(candidate.question(), choices, 0, null, candidate.question() + " " + choices);
  }
}
