package dev.dataengine.compose.chaos.judge;

import dev.dataengine.compose.chaos.evidence.Evidence;
import dev.dataengine.compose.chaos.evidence.StatsSeen;
import dev.dataengine.compose.chaos.evidence.VersionKey;
import java.util.HashMap;
import java.util.Map;

/** Results against the statistics made of them. */
public final class Results {

  private static final double TOLERANCE = 1e-6;

  /** Statistics of one type. */
  private record TypeKey(VersionKey version, String type) {}

  private Results() {}

  /** Distinct sound answers that were sent. */
  public static long sent(Evidence evidence) {
    return new Answers(evidence).count();
  }

  /** Answers that the last statistics of every version count. */
  public static long counted(Evidence evidence) {
    return last(evidence).values().stream().mapToLong(StatsSeen::n).sum();
  }

  /**
   * The last statistics of a version count every question that it answered, where they are final:
   * all questions were answered, or it is one of the newest, whose statistics go on.
   */
  static void noneLost(Evidence evidence, Findings findings) {
    Answers answers = new Answers(evidence);
    Map<TypeKey, StatsSeen> last = last(evidence);
    for (VersionKey version : answers.versions()) {
      if (answers.isComplete(version)
          || answers.isAmongNewest(version, evidence.rules().versionsKept())) {
        answers
            .of(version)
            .forEach(
                (type, sent) -> {
                  StatsSeen stats = last.get(new TypeKey(version, type));
                  long counted = stats == null ? 0 : stats.n();
                  findings.check(
                      counted >= sent.n(),
                      () ->
                          "%s %s: %d answered, %d counted"
                              .formatted(version, type, sent.n(), counted));
                });
      }
    }
  }

  /** No statistics ever count more than was answered; complete ones have the errors of it. */
  static void noneTwice(Evidence evidence, Findings findings) {
    Answers answers = new Answers(evidence);
    Map<VersionKey, Map<String, Answers.OfType>> sent = new HashMap<>();
    for (StatsSeen stats : evidence.stats()) {
      Answers.OfType most =
          sent.computeIfAbsent(stats.version(), answers::of)
              .getOrDefault(stats.type(), Answers.OfType.NONE);
      findings.check(
          stats.n() <= most.n(),
          () ->
              "%s: %s %s: %d answered, %d counted"
                  .formatted(stats.position(), stats.version(), stats.type(), most.n(), stats.n()));
    }
    last(evidence)
        .forEach(
            (key, stats) -> {
              Answers.OfType all = answers.of(key.version()).get(key.type());
              if (all != null && all.n() == stats.n()) {
                findings.check(
                    Math.abs(all.errors() - stats.errors()) < TOLERANCE,
                    () ->
                        "%s %s: errors %s of the answers evaluated last, %s counted"
                            .formatted(key.version(), key.type(), all.errors(), stats.errors()));
              }
            });
  }

  private static Map<TypeKey, StatsSeen> last(Evidence evidence) {
    Map<TypeKey, StatsSeen> last = new HashMap<>();
    evidence.stats().forEach(stats -> last.put(new TypeKey(stats.version(), stats.type()), stats));
    return last;
  }
}
