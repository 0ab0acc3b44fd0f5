package dev.dataengine.producers.rules;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** What the image is mostly of: the one most frequent category or colour. */
final class ImageTopic implements QuestionRule {

  @Override
  public String type() {
    return "image_topic";
  }

  @Override
  public Optional<Candidate> write(Facts facts, RandomGenerator random) {
    return Forms.firstOf(List.of(this::kind, this::color), facts, random);
  }

  private Optional<Candidate> kind(Facts facts, RandomGenerator random) {
    String noun = facts.categoryVocabulary() == Vocabulary.SHAPES ? "shape" : "object";
    return most(facts, Thing::category)
        .map(
            answer ->
                new Candidate(
                    "Which %s appears most often?".formatted(noun),
                    answer,
                    Draw.distractors(
                        answer, facts.categories(), facts.categoryVocabulary(), random),
                    type()));
  }

  private Optional<Candidate> color(Facts facts, RandomGenerator random) {
    List<String> phrases =
        List.of("What color are most objects?", "Which color appears most often?");
    if (!Facts.allHave("color", facts.things())) {
      return Optional.empty(); // those without may all be of one colour
    }
    return most(facts, t -> t.has("color"))
        .map(
            answer ->
                new Candidate(
                    Draw.one(phrases, random),
                    answer,
                    Draw.distractors(answer, facts.values("color"), Vocabulary.COLORS, random),
                    type()));
  }

  /** The value that more things have than any other. */
  private static Optional<String> most(Facts facts, Function<Thing, String> value) {
    if (!facts.complete()) {
      return Optional.empty();
    }
    Map<String, Long> counts =
        facts.things().stream()
            .collect(Collectors.groupingBy(value, TreeMap::new, Collectors.counting()));
    long highest = counts.values().stream().mapToLong(Long::longValue).max().orElse(0);
    List<String> leaders =
        counts.keySet().stream().filter(v -> counts.getOrDefault(v, 0L) == highest).toList();
    return leaders.size() == 1 ? Optional.of(leaders.get(0)) : Optional.empty();
  }
}
