package dev.dataengine.producers.rules;

import dev.dataengine.events.Image;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * What an image's annotation says, and how its objects may be called so that exactly one is meant.
 *
 * @param things the objects
 * @param complete whether every object of the image is annotated: only then are absence and number
 *     known, and what a name belongs to
 * @param attributes facts about the whole image
 * @param width pixels
 * @param height pixels
 */
record Facts(
    List<Thing> things,
    boolean complete,
    Map<String, String> attributes,
    double width,
    double height) {

  /** Combinations of attributes that a name may use, the shortest first. */
  private static final List<List<String>> NAMES =
      List.of(
          List.of(),
          List.of("color"),
          List.of("size"),
          List.of("size", "color"),
          List.of("color", "box"),
          List.of("size", "color", "box"));

  /** An image attribute of this name and the value "partial" says that objects are missing. */
  static final String OBJECTS = "objects";

  static Facts of(Image image) {
    return new Facts(
        image.getObjects().stream().map(Thing::of).toList(),
        !"partial".equals(image.getAttributes().get(OBJECTS)),
        Map.copyOf(image.getAttributes()),
        image.getWidth(),
        image.getHeight());
  }

  Optional<String> attribute(String name) {
    return Optional.ofNullable(attributes.get(name));
  }

  /** The distinct values of an object attribute in the image, in alphabetical order. */
  List<String> values(String attribute) {
    return things.stream()
        .flatMap(t -> t.attribute(attribute).stream())
        .distinct()
        .sorted()
        .toList();
  }

  List<String> categories() {
    return things.stream().map(Thing::category).distinct().sorted().toList();
  }

  /** What wrong categories are drawn from: shapes among shapes, things among things. */
  List<String> categoryVocabulary() {
    boolean shapes = things.stream().anyMatch(t -> Vocabulary.SHAPES.contains(t.category()));
    return shapes ? Vocabulary.SHAPES : Vocabulary.THINGS;
  }

  /** Whether every one of the things has the attribute: only then can they be told apart by it. */
  static boolean allHave(String attribute, List<Thing> things) {
    return things.stream().noneMatch(t -> t.has(attribute).isBlank());
  }

  /**
   * A name that only this thing bears, without the article: one of the two shortest, drawn at
   * random. Nothing has a name where the annotation is not complete: what is missing may bear it
   * too.
   *
   * @param hidden attributes that the name must not give away; "shape" also hides the category
   */
  Optional<String> name(Thing thing, Set<String> hidden, RandomGenerator random) {
    return Draw.any(names(thing, hidden), random);
  }

  private List<String> names(Thing thing, Set<String> hidden) {
    if (!complete) {
      return List.of();
    }
    return NAMES.stream()
        .filter(used -> used.stream().noneMatch(hidden::contains))
        .filter(used -> !hidden.contains("shape") || !used.isEmpty())
        .filter(used -> isUnique(thing, used, hidden.contains("shape")))
        .sorted(Comparator.comparingInt(List::size))
        .limit(2)
        .map(used -> words(thing, used, hidden.contains("shape")))
        .toList();
  }

  Optional<String> name(Thing thing, RandomGenerator random) {
    return name(thing, Set.of(), random);
  }

  /** A thing without one of the attributes may have the same value, so none is called by it. */
  private boolean isUnique(Thing thing, List<String> used, boolean anyCategory) {
    List<Thing> compared =
        things.stream().filter(t -> anyCategory || t.category().equals(thing.category())).toList();
    return used.stream().allMatch(a -> allHave(a, compared))
        && compared.stream()
                .filter(t -> used.stream().allMatch(a -> t.has(a).equals(thing.has(a))))
                .count()
            == 1;
  }

  private static String words(Thing thing, List<String> used, boolean anyCategory) {
    List<String> words = new ArrayList<>();
    used.stream().filter(a -> !a.equals("box")).forEach(a -> words.add(thing.has(a)));
    words.add(anyCategory ? "object" : thing.category());
    if (used.contains("box")) {
      words.add("in the " + thing.has("box") + " box");
    }
    return String.join(" ", words);
  }

  /** Every ordered pair of things that have names, in random order. */
  List<Pair> pairs(Set<String> hidden, RandomGenerator random) {
    // looked for once a thing: it looks at all others
    List<List<String>> names = things.stream().map(thing -> names(thing, hidden)).toList();
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < things.size(); i++) {
      for (int j = 0; j < things.size(); j++) {
        Thing first = things.get(i);
        Thing second = things.get(j);
        Optional<String> firstName = Draw.any(names.get(i), random);
        Optional<String> secondName = Draw.any(names.get(j), random);
        if (!first.equals(second) && firstName.isPresent() && secondName.isPresent()) {
          pairs.add(new Pair(first, firstName.get(), second, secondName.get()));
        }
      }
    }
    return Draw.shuffled(pairs, random);
  }

  /** Two things, each with a name that only it bears. */
  record Pair(Thing first, String firstName, Thing second, String secondName) {}
}
