package dev.dataengine.producers.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Two things compared: by size, by colour, by shape. */
final class AttributeComparison implements QuestionRule {

  /** Without a size attribute, boxes this many times apart in area differ clearly. */
  private static final double CLEARLY_LARGER = 1.8;

  @Override
  public String type() {
    return "attribute_comparison";
  }

  @Override
  public Optional<Candidate> write(Facts facts, RandomGenerator random) {
    return Forms.firstOf(
        List.of(this::whichIsLarger, this::sameValue, this::whoHasTheSame), facts, random);
  }

  private Optional<Candidate> whichIsLarger(Facts facts, RandomGenerator random) {
    boolean more = random.nextBoolean();
    for (Facts.Pair pair : facts.pairs(Set.of("size"), random)) {
      boolean sized = size(pair.first()) >= 0 && size(pair.second()) >= 0;
      int order =
          sized
              ? Integer.compare(size(pair.first()), size(pair.second()))
              : compareAreas(pair.first().place(), pair.second().place());
      if (order != 0) {
        boolean first = (order > 0) == more;
        String answer = first ? pair.firstName() : pair.secondName();
        String other = first ? pair.secondName() : pair.firstName();
        String question = phrase(sized, more).formatted(pair.firstName(), pair.secondName());
        List<String> wrong = new ArrayList<>(List.of(other));
        wrong.addAll(Draw.shuffled(Vocabulary.NEITHER, random).subList(0, 2));
        return Optional.of(new Candidate(question, answer, wrong, type()));
      }
    }
    return Optional.empty();
  }

  /** The larger box is the nearer thing as often as the larger one, so it is asked for as a box. */
  private static String phrase(boolean sized, boolean more) {
    return sized
        ? "Which is " + (more ? "larger" : "smaller") + ", the %s or the %s?"
        : "Which takes up " + (more ? "more" : "less") + " of the image, the %s or the %s?";
  }

  /** The thing's size as a rank; negative where the annotation gives none that is known. */
  private static int size(Thing thing) {
    return Vocabulary.SIZES.indexOf(thing.has("size"));
  }

  /** 0 where it is not clear. */
  private static int compareAreas(Thing.@Nullable Place first, Thing.@Nullable Place second) {
    if (first == null || second == null) {
      return 0;
    }
    if (first.area() > second.area() * CLEARLY_LARGER) {
      return 1;
    }
    return second.area() > first.area() * CLEARLY_LARGER ? -1 : 0;
  }

  /** A pair and what it is compared by. */
  private record Case(String attribute, Facts.Pair pair) {

    boolean isSame() {
      return same(pair, attribute);
    }
  }

  private Optional<Candidate> sameValue(Facts facts, RandomGenerator random) {
    List<Case> cases = new ArrayList<>();
    for (String attribute : List.of("color", "shape", "size")) {
      facts.pairs(Set.of(attribute), random).stream()
          .filter(p -> p.first().attributes().containsKey(attribute))
          .filter(p -> p.second().attributes().containsKey(attribute))
          .forEach(p -> cases.add(new Case(attribute, p)));
    }
    String phrase =
        Draw.one(
            List.of("Are the %s and the %s the same %s?", "Do the %s and the %s have the same %s?"),
            random);
    return YesNo.balanced(cases, Case::isSame, random)
        .map(
            c ->
                YesNo.candidate(
                    phrase.formatted(c.pair().firstName(), c.pair().secondName(), c.attribute()),
                    c.isSame(),
                    type()));
  }

  private static boolean same(Facts.Pair pair, String attribute) {
    return pair.first().has(attribute).equals(pair.second().has(attribute));
  }

  /** Exactly one other thing shares the colour, of which all are known; named without it. */
  private Optional<Candidate> whoHasTheSame(Facts facts, RandomGenerator random) {
    if (!facts.complete() || !Facts.allHave("color", facts.things())) {
      return Optional.empty();
    }
    Set<String> hidden = Set.of("color");
    for (Facts.Pair pair : facts.pairs(hidden, random)) {
      String color = pair.first().has("color");
      long bearers = facts.things().stream().filter(t -> t.has("color").equals(color)).count();
      if (bearers != 2 || !same(pair, "color")) {
        continue;
      }
      List<String> present = new ArrayList<>();
      for (Thing thing : facts.things()) {
        if (!thing.equals(pair.first()) && !thing.equals(pair.second())) {
          facts.name(thing, hidden, random).ifPresent(present::add);
        }
      }
      List<String> absent = new ArrayList<>(facts.categoryVocabulary());
      absent.removeAll(facts.categories());
      List<String> wrong = Draw.distractors(pair.secondName(), present, absent, random);
      if (wrong.size() == 3) {
        String question = "Which object has the same color as the %s?".formatted(pair.firstName());
        return Optional.of(new Candidate(question, pair.secondName(), wrong, type()));
      }
    }
    return Optional.empty();
  }
}
