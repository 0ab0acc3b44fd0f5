package dev.dataengine.producers.rules;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** "How many circles are there?", "Where is the red circle?" and "Is there a star?". */
final class ObjectLocalization implements QuestionRule {

  /** A place counts as clear this far from the grid's lines, as a share of the side. */
  private static final double CLEAR = 0.04;

  private static final List<String> COUNTING =
      List.of("How many %s are there%s?", "How many %s are in the image%s?", "Count the %s%s.");
  private static final List<String> PLACING =
      List.of("Where is the %s?", "Which part of the image is the %s in?");
  private static final List<String> BOXES =
      List.of("Which box is the %s in?", "In which box is the %s?");

  static final String TYPE = "object_localization";

  private final ObjectPresence presence = new ObjectPresence(TYPE);

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Optional<Candidate> write(Facts facts, RandomGenerator random) {
    return Forms.firstOf(List.of(this::count, this::where, presence::write), facts, random);
  }

  /** Draws the number first, then what there are so many of, so that 1 is not always right. */
  private Optional<Candidate> count(Facts facts, RandomGenerator random) {
    if (!facts.complete() || facts.things().isEmpty()) {
      return Optional.empty();
    }
    boolean boxed = Facts.allHave("box", facts.things());
    List<String> boxes = new ArrayList<>(boxed ? facts.values("box") : List.of());
    boxes.add("");
    String box = Draw.one(boxes, random);
    List<Thing> within =
        facts.things().stream().filter(t -> box.isEmpty() || t.has("box").equals(box)).toList();
    Map<Integer, List<String>> byNumber = new TreeMap<>();
    countable(facts, within)
        .forEach((noun, n) -> byNumber.computeIfAbsent(n, k -> new ArrayList<>()).add(noun));
    int n = Draw.one(List.copyOf(byNumber.keySet()), random);
    String noun = Draw.one(byNumber.getOrDefault(n, List.of()), random);
    String phrase = box.isEmpty() ? Draw.one(COUNTING, random) : "How many %s are%s?";
    String where = box.isEmpty() ? "" : " in the " + box + " box";
    return Optional.of(
        new Candidate(
            String.format(phrase, noun, where), Integer.toString(n), nearest(n, random), type()));
  }

  /** How many of each kind, also of kinds that are not there: by category and, if known, colour. */
  private static Map<String, Integer> countable(Facts facts, List<Thing> within) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    Stream.concat(facts.categories().stream(), facts.categoryVocabulary().stream())
        .distinct()
        .forEach(
            c ->
                counts.put(
                    Vocabulary.plural(c),
                    (int) within.stream().filter(t -> t.category().equals(c)).count()));
    if (Facts.allHave("color", within)) {
      Stream.concat(facts.values("color").stream(), Vocabulary.COLORS.stream())
          .distinct()
          .forEach(
              c ->
                  counts.put(
                      c + " objects",
                      (int) within.stream().filter(t -> t.has("color").equals(c)).count()));
    }
    return counts;
  }

  /** Numbers beside the right one, so that the answer is not the middle of the choices. */
  private static List<String> nearest(int n, RandomGenerator random) {
    int from = Math.max(0, n - random.nextInt(4));
    List<String> wrong = new ArrayList<>();
    for (int k = from; wrong.size() < 3; k++) {
      if (k != n) {
        wrong.add(Integer.toString(k));
      }
    }
    return wrong;
  }

  private Optional<Candidate> where(Facts facts, RandomGenerator random) {
    for (Thing thing : Draw.shuffled(facts.things(), random)) {
      Optional<String> box = thing.attribute("box");
      Optional<String> name = facts.name(thing, box.isPresent() ? Set.of("box") : Set.of(), random);
      if (name.isEmpty()) {
        continue;
      }
      if (box.isPresent()) {
        return Optional.of(
            placed(BOXES, name.get(), box.get(), List.of(), Vocabulary.BOXES, random));
      }
      Thing.Place place = thing.place();
      if (place != null && isClear(place, facts)) {
        String region = region(place, facts).words();
        return Optional.of(placed(PLACING, name.get(), region, others(facts), regions(), random));
      }
    }
    return Optional.empty();
  }

  private Candidate placed(
      List<String> phrases,
      String name,
      String answer,
      List<String> present,
      List<String> vocabulary,
      RandomGenerator random) {
    return new Candidate(
        String.format(Draw.one(phrases, random), name),
        answer,
        Draw.distractors(answer, present, vocabulary, random),
        type());
  }

  private static boolean isClear(Thing.Place place, Facts facts) {
    return Region.clearance(place.centerX(), place.centerY(), facts.width(), facts.height())
        >= CLEAR;
  }

  private static Region region(Thing.Place place, Facts facts) {
    return Region.of(place.centerX(), place.centerY(), facts.width(), facts.height());
  }

  /** Where the image has things; the most tempting wrong answers. */
  private static List<String> others(Facts facts) {
    List<String> regions = new ArrayList<>();
    for (Thing thing : facts.things()) {
      Thing.Place place = thing.place();
      if (place != null) {
        regions.add(region(place, facts).words());
      }
    }
    return regions;
  }

  private static List<String> regions() {
    return Stream.of(Region.values()).map(Region::words).toList();
  }
}
