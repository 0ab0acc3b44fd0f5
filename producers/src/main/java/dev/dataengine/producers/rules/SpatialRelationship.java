package dev.dataengine.producers.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Left of, right of, above, below: by clear margins only. Where an image has several boxes, only
 * within one: the names of the boxes would give the answer away.
 */
final class SpatialRelationship implements QuestionRule {

  /** What counts as clearly beside, as a share of the image's side. */
  private static final double MARGIN = 0.03;

  /** The relations that questions ask about. */
  private enum Relation {
    LEFT("to the left of"),
    RIGHT("to the right of"),
    ABOVE("above"),
    BELOW("below");

    private final String words;

    Relation(String words) {
      this.words = words;
    }

    /** How far the one lies beyond the other in this direction: the gap between their boxes. */
    double gap(Thing.Place one, Thing.Place other) {
      return switch (this) {
        case LEFT -> other.left() - one.right();
        case RIGHT -> one.left() - other.right();
        case ABOVE -> other.top() - one.bottom();
        case BELOW -> one.top() - other.bottom();
      };
    }

    /** How far the one's centre lies beyond the other's. */
    double lead(Thing.Place one, Thing.Place other) {
      return switch (this) {
        case LEFT -> other.centerX() - one.centerX();
        case RIGHT -> one.centerX() - other.centerX();
        case ABOVE -> other.centerY() - one.centerY();
        case BELOW -> one.centerY() - other.centerY();
      };
    }

    double margin(Facts facts) {
      return MARGIN * (this == LEFT || this == RIGHT ? facts.width() : facts.height());
    }
  }

  @Override
  public String type() {
    return "spatial_relationship";
  }

  @Override
  public Optional<Candidate> write(Facts facts, RandomGenerator random) {
    return Forms.firstOf(List.of(this::whatIsBeside, this::isBeside), facts, random);
  }

  /** Exactly one thing is clearly on that side, and every other clearly is not. */
  private Optional<Candidate> whatIsBeside(Facts facts, RandomGenerator random) {
    for (Facts.Pair pair : facts.pairs(Set.of(), random)) {
      for (Relation relation : Draw.shuffled(List.of(Relation.values()), random)) {
        if (isOnlyOne(pair, relation, facts)) {
          Optional<Candidate> candidate = what(pair, relation, facts, random);
          if (candidate.isPresent()) {
            return candidate;
          }
        }
      }
    }
    return Optional.empty();
  }

  private Optional<Candidate> what(
      Facts.Pair pair, Relation relation, Facts facts, RandomGenerator random) {
    List<String> present = new ArrayList<>();
    for (Thing thing : facts.things()) {
      if (!thing.equals(pair.first()) && !thing.equals(pair.second())) {
        facts.name(thing, random).ifPresent(present::add);
      }
    }
    List<String> absent = new ArrayList<>(facts.categoryVocabulary());
    absent.removeAll(facts.categories());
    List<String> wrong = Draw.distractors(pair.firstName(), present, absent, random);
    String phrase = Draw.one(List.of("What is %s the %s?", "Which object is %s the %s?"), random);
    return wrong.size() < 3
        ? Optional.empty()
        : Optional.of(
            new Candidate(
                phrase.formatted(relation.words, pair.secondName()),
                pair.firstName(),
                wrong,
                type()));
  }

  private static boolean isOnlyOne(Facts.Pair pair, Relation relation, Facts facts) {
    if (!facts.complete() || !isClearly(relation, pair, facts)) {
      return false;
    }
    return facts.things().stream()
        .filter(t -> !t.equals(pair.first()) && !t.equals(pair.second()))
        .allMatch(t -> isClearlyNot(relation, t.place(), pair.second().place(), facts));
  }

  private static boolean isClearly(Relation relation, Facts.Pair pair, Facts facts) {
    Thing.Place one = pair.first().place();
    Thing.Place other = pair.second().place();
    boolean together = pair.first().has("box").equals(pair.second().has("box"));
    return together
        && one != null
        && other != null
        && relation.gap(one, other) >= relation.margin(facts);
  }

  private static boolean isClearlyNot(
      Relation relation, Thing.@Nullable Place one, Thing.@Nullable Place other, Facts facts) {
    return one != null && other != null && relation.lead(one, other) <= -relation.margin(facts);
  }

  private Optional<Candidate> isBeside(Facts facts, RandomGenerator random) {
    Relation relation = Draw.one(List.of(Relation.values()), random);
    List<Facts.Pair> clear = new ArrayList<>();
    for (Facts.Pair pair : facts.pairs(Set.of(), random)) {
      if (isClearly(relation, pair, facts) || isClearly(relation, swapped(pair), facts)) {
        clear.add(pair);
      }
    }
    return YesNo.balanced(clear, p -> isClearly(relation, p, facts), random)
        .map(
            pair ->
                YesNo.candidate(
                    "Is the %s %s the %s?"
                        .formatted(pair.firstName(), relation.words, pair.secondName()),
                    isClearly(relation, pair, facts),
                    type()));
  }

  private static Facts.Pair swapped(Facts.Pair pair) {
    return new Facts.Pair(pair.second(), pair.secondName(), pair.first(), pair.firstName());
  }
}
