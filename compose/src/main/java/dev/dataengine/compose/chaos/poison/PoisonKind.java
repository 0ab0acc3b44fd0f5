package dev.dataengine.compose.chaos.poison;

import dev.dataengine.compose.chaos.observe.Templates;
import dev.dataengine.compose.chaos.observe.Watched;
import dev.dataengine.compose.chaos.wire.UnreadableException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/**
 * One kind of badness.
 *
 * @param name as the story has it
 * @param topics where it is bad
 * @param mustBeRefused whether a service that reads it has to refuse it; else it may take it, if
 *     that harms nothing
 */
public record PoisonKind(
    String name, Predicate<Watched> topics, Predicate<Watched> mustBeRefused, Recipe recipe) {

  /** Makes a record. */
  interface Recipe {
    /**
     * @param id that nothing else has
     * @return empty where there is no sound record yet to make it of
     */
    Optional<Draft> make(Watched topic, String id, Templates templates, SplittableRandom random)
        throws IOException, UnreadableException, InterruptedException;
  }

  /** All kinds that go to the topic, of those that are wanted. */
  static List<PoisonKind> of(Watched topic, Set<String> wanted) {
    return all().stream()
        .filter(kind -> kind.topics().test(topic))
        .filter(kind -> wanted.isEmpty() || wanted.contains(kind.name()))
        .toList();
  }

  /** Names of all kinds. */
  public static List<String> names() {
    return all().stream().map(PoisonKind::name).distinct().sorted().toList();
  }

  private static List<PoisonKind> all() {
    List<PoisonKind> all = new ArrayList<>(UnreadableKinds.all());
    all.addAll(SenselessKinds.all());
    return all;
  }
}
