package dev.dataengine.compose.chaos.judge;

import dev.dataengine.compose.chaos.evidence.Evidence;
import dev.dataengine.compose.chaos.evidence.Position;
import dev.dataengine.compose.chaos.evidence.UpdateSeen;
import dev.dataengine.compose.chaos.evidence.VersionKey;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Updates of weights. */
final class Weights {

  private Weights() {}

  /**
   * Every update is about an announced version, none about an older one after a newer, their
   * sequences rise by one; the last one is about the newest version that was answered and says
   * whether that was all.
   */
  static void ofNewestOnly(Evidence evidence, Findings findings) {
    Announced announced = new Announced(evidence);
    Set<Position> poison = evidence.poisonByPosition().keySet();
    Map<String, UpdateSeen> last = new LinkedHashMap<>();
    for (UpdateSeen update : evidence.updates()) {
      if (poison.contains(update.position())) {
        continue;
      }
      VersionKey version = update.version();
      String of = version.benchmark() + "|" + version.model();
      findings.check(
          update.key().equals(of),
          () -> update.position() + ": expected the key " + of + ", got " + update.key());
      findings.check(
          announced.has(version.model(), version.version()),
          () -> update.position() + " is about " + version + ", which nobody announced");
      UpdateSeen before = last.put(of, update);
      long expected = before == null ? 1 : before.sequence() + 1;
      findings.check(
          update.sequence() == expected,
          () ->
              "%s: expected sequence %d, got %d"
                  .formatted(update.position(), expected, update.sequence()));
      findings.check(
          before == null || version.version() >= before.version().version(),
          () ->
              update.position() + " is about " + version + " after " + before.version().version());
    }
    Answers answers = new Answers(evidence);
    last.forEach((of, update) -> isLast(answers, of, update, findings));
  }

  private static void isLast(Answers answers, String of, UpdateSeen update, Findings findings) {
    answers.versions().stream()
        .filter(version -> of.equals(version.benchmark() + "|" + version.model()))
        .max(Comparator.comparingLong(VersionKey::version))
        .ifPresent(
            newest ->
                findings.check(
                    update.version().equals(newest)
                        && update.complete() == answers.isComplete(newest),
                    () ->
                        "the last update is about %s, complete %s; the newest answers are of %s, complete %s"
                            .formatted(
                                update.version(),
                                update.complete(),
                                newest,
                                answers.isComplete(newest))));
  }
}
