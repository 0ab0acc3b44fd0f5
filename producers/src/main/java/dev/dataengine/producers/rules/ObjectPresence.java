package dev.dataengine.producers.rules;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * "Is there a red circle in the image?" and its negation, as often yes as no. What is not there is
 * made of what is: the colour of one thing with the kind of another (POPE, arXiv 2305.10355, calls
 * such negatives adversarial).
 */
final class ObjectPresence {

  private static final List<Phrase> PHRASES =
      List.of(
          new Phrase("Is there %s in the image?", false),
          new Phrase("Does the image show %s?", false),
          new Phrase("Is %s in the image?", false),
          new Phrase("Is the image without %s?", true));

  private final String type;

  ObjectPresence(String type) {
    this.type = type;
  }

  /** One way to ask; the answer to a negated one is yes where the thing is not there. */
  private record Phrase(String words, boolean negated) {}

  /** A kind of thing by one or two of its attributes, and whether the image has one. */
  private record Kind(String name, boolean present) {}

  /** Empty where the annotation lacks things, or nothing can be asked that has both answers. */
  Optional<Candidate> write(Facts facts, RandomGenerator random) {
    if (!facts.complete()) {
      return Optional.empty();
    }
    return Forms.firstOf(
        List.of(
            (f, r) -> ask(categories(f), r),
            (f, r) -> ask(colors(f), r),
            (f, r) -> ask(colored(f), r)),
        facts,
        random);
  }

  private Optional<Candidate> ask(List<Kind> kinds, RandomGenerator random) {
    Phrase phrase = Draw.one(PHRASES, random);
    return YesNo.balanced(kinds, k -> k.present() != phrase.negated(), random)
        .map(
            k ->
                YesNo.candidate(
                    String.format(phrase.words(), article(k.name())),
                    k.present() != phrase.negated(),
                    type));
  }

  private static List<Kind> categories(Facts facts) {
    return kinds(facts.categories(), facts.categoryVocabulary(), "");
  }

  private static List<Kind> colors(Facts facts) {
    return Facts.allHave("color", facts.things())
        ? kinds(facts.values("color"), Vocabulary.COLORS, " object")
        : List.of();
  }

  private static List<Kind> kinds(List<String> there, List<String> vocabulary, String suffix) {
    return Stream.concat(there.stream(), vocabulary.stream())
        .distinct()
        .map(word -> new Kind(word + suffix, there.contains(word)))
        .toList();
  }

  private static List<Kind> colored(Facts facts) {
    if (!Facts.allHave("color", facts.things())) {
      return List.of();
    }
    Set<String> there = new LinkedHashSet<>();
    facts.things().forEach(t -> there.add(t.has("color") + " " + t.category()));
    List<Kind> kinds = new ArrayList<>();
    for (String color : facts.values("color")) {
      for (String category : facts.categories()) {
        String name = color + " " + category;
        kinds.add(new Kind(name, there.contains(name)));
      }
    }
    return kinds;
  }

  private static String article(String name) {
    return (name.matches("[aeiou].*") ? "an " : "a ") + name;
  }
}
