package dev.dataengine.producers.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.producers.scenes.Scene;
import dev.dataengine.producers.scenes.SceneObject;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Answers questions by reading their words against the scene, knowing nothing of the rules. */
final class SceneOracle {

  private static final List<String> SIZES = List.of("small", "medium", "large");

  private final Scene scene;

  SceneOracle(Scene scene) {
    this.scene = scene;
  }

  void verify(Candidate c) {
    String expected =
        attribute(c.question())
            .or(() -> count(c.question()))
            .or(() -> place(c.question()))
            .or(() -> yesNo(c.question()))
            .or(() -> whole(c.question()))
            .orElse("");
    if (!expected.isEmpty()) {
      assertThat(c.answer()).as("%s %s", c, scene).isEqualTo(expected);
      assertThat(c.distractors()).as("%s", c).doesNotContain(expected);
      return;
    }
    SceneObject right = one(object(c));
    assertThat(one(c.answer())).as("%s %s", c, scene).isEqualTo(right);
    for (String wrong : c.distractors()) {
      assertThat(all(wrong)).as("%s: %s in %s", c, wrong, scene).doesNotContain(right);
    }
  }

  private Optional<String> attribute(String question) {
    return match(
            "What (\\w+) is the (.+)\\?"
                + "|What is the (color|shape|size) of the (.+)\\?"
                + "|Which (\\w+) does the (.+) have\\?",
            question)
        .filter(m -> !question.contains("background"))
        .map(
            m -> {
              int at = m.group(1) != null ? 1 : m.group(3) != null ? 3 : 5;
              return value(m.group(at)).apply(one(m.group(at + 1)));
            });
  }

  private Optional<String> count(String question) {
    return match("(?:How many|Count the) (.+?)s?(?: are .*\\?|\\.)", question)
        .map(m -> Integer.toString(all(m.group(1).replaceAll("(cross)e", "$1")).size()));
  }

  private Optional<String> place(String question) {
    return match("(?:Where is|Which part of the image is) the (.+?)(?: in)?\\?", question)
        .map(m -> region(one(m.group(1))));
  }

  private static String region(SceneObject o) {
    double x = o.x() + o.width() / 2.0;
    double y = o.y() + o.height() / 2.0;
    String row = y < 64 ? "top" : y < 128 ? "" : "bottom";
    String column = x < 64 ? "left" : x < 128 ? "" : "right";
    String both = (row + " " + column).strip();
    return both.isEmpty() ? "center" : both;
  }

  private Optional<String> yesNo(String question) {
    Optional<Boolean> same =
        match("(?:Are|Do) the (.+) and the (.+?)(?: have)? the same (\\w+)\\?", question)
            .map(
                m ->
                    value(m.group(3))
                        .apply(one(m.group(1)))
                        .equals(value(m.group(3)).apply(one(m.group(2)))));
    return same.or(() -> presence(question))
        .or(
            () ->
                match(
                        "Is the (.+) (to the left of|to the right of|above|below) the (.+)\\?",
                        question)
                    .map(m -> beyond(one(m.group(1)), m.group(2), one(m.group(3)))))
        .map(yes -> yes ? "yes" : "no");
  }

  private Optional<Boolean> presence(String question) {
    return match("Is the image without a (.+)\\?", question)
        .map(m -> all(m.group(1)).isEmpty())
        .or(
            () ->
                match("(?:Is there|Does the image show|Is) a (.+?)(?: in the image)?\\?", question)
                    .map(m -> !all(m.group(1)).isEmpty()));
  }

  /** By centres: what the rule says by clear gaps must agree. */
  private static boolean beyond(SceneObject a, String relation, SceneObject b) {
    double dx = a.x() + a.width() / 2.0 - b.x() - b.width() / 2.0;
    double dy = a.y() + a.height() / 2.0 - b.y() - b.height() / 2.0;
    return switch (relation) {
      case "to the left of" -> dx < 0;
      case "to the right of" -> dx > 0;
      case "above" -> dy < 0;
      default -> dy > 0;
    };
  }

  private Optional<String> whole(String question) {
    if (question.contains("background scene") || question.contains("scene")) {
      return Optional.of(scene.scene());
    }
    if (question.contains("background")) {
      return Optional.of(scene.style());
    }
    if (question.contains("most")) {
      Function<SceneObject, String> value = value(question.contains("shape") ? "shape" : "color");
      List<String> values = scene.objects().stream().map(value).toList();
      return values.stream()
          .max(java.util.Comparator.comparingInt(v -> Collections.frequency(values, v)));
    }
    return Optional.empty();
  }

  /** The phrase of the object that the question asks for. */
  private String object(Candidate c) {
    Matcher which =
        match("Which is (larger|smaller), the (.+) or the (.+)\\?", c.question()).orElse(null);
    if (which != null) {
      int first = SIZES.indexOf(one(which.group(2)).size());
      int second = SIZES.indexOf(one(which.group(3)).size());
      assertThat(first).isNotEqualTo(second);
      return (first > second) == which.group(1).equals("larger") ? which.group(2) : which.group(3);
    }
    Matcher same =
        match("Which object has the same color as the (.+)\\?", c.question()).orElse(null);
    if (same != null) {
      SceneObject reference = one(same.group(1));
      return only(
          scene.objects().stream()
              .filter(o -> !o.equals(reference) && o.color().equals(reference.color())));
    }
    Matcher beside =
        match(
                "(?:What|Which object) is (to the left of|to the right of|above|below) the (.+)\\?",
                c.question())
            .orElseThrow(() -> new AssertionError("not understood: " + c));
    SceneObject reference = one(beside.group(2));
    return only(
        scene.objects().stream()
            .filter(o -> !o.equals(reference) && beyond(o, beside.group(1), reference)));
  }

  private static String only(Stream<SceneObject> objects) {
    List<SceneObject> found = objects.toList();
    assertThat(found).hasSize(1);
    SceneObject o = found.get(0);
    return o.size() + " " + o.color() + " " + o.shape();
  }

  private SceneObject one(String phrase) {
    List<SceneObject> found = all(phrase);
    assertThat(found).as("'%s' in %s", phrase, scene).hasSize(1);
    return found.get(0);
  }

  private List<SceneObject> all(String phrase) {
    return scene.objects().stream()
        .filter(
            o ->
                Arrays.stream(phrase.split(" "))
                    .allMatch(w -> List.of("object", o.shape(), o.color(), o.size()).contains(w)))
        .toList();
  }

  private static Function<SceneObject, String> value(String attribute) {
    return switch (attribute) {
      case "color" -> SceneObject::color;
      case "shape" -> SceneObject::shape;
      case "size" -> SceneObject::size;
      default -> throw new AssertionError("no attribute " + attribute);
    };
  }

  private static Optional<Matcher> match(String pattern, String text) {
    return Optional.of(Pattern.compile(pattern).matcher(text)).filter(Matcher::matches);
  }
}
