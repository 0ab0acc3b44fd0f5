package dev.dataengine.compose.chaos.judge;

import dev.dataengine.compose.chaos.evidence.Evidence;
import dev.dataengine.compose.chaos.evidence.Letter;
import dev.dataengine.compose.chaos.evidence.Poison;
import dev.dataengine.compose.chaos.evidence.Position;
import dev.dataengine.compose.chaos.evidence.SampleSeen;
import dev.dataengine.compose.chaos.evidence.Span;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Bad records and the dead letters about them. */
public final class PoisonIsolation {

  /** Their letters are part of the transaction that passes the record: never twice. */
  private static final Set<String> TRANSACTIONAL = Set.of("weights", "generator");

  /** A letter of a record by a service. */
  private record Refusal(Position about, String service) {}

  private PoisonIsolation() {}

  /** How many of the bad records that we sent are in the dead letters. */
  public static long deadLettered(Evidence evidence) {
    Set<Position> refused = new HashSet<>();
    evidence.letters().forEach(letter -> refused.add(letter.about()));
    return evidence.poison().stream().filter(p -> refused.contains(p.position())).count();
  }

  /** Bad records that have to be refused and are in no dead letter. */
  public static long missing(Evidence evidence) {
    Set<Position> refused = new HashSet<>();
    evidence.letters().forEach(letter -> refused.add(letter.about()));
    return evidence.poison().stream()
        .filter(one -> one.mustBeRefused() && !refused.contains(one.position()))
        .count();
  }

  /**
   * Every bad record is in the dead letters, once for each service that refused it; and nothing
   * else is. Two things are explained: a service without transactions repeats a letter where it was
   * killed or cut off before it had told how far it is; and a sample about a bad image is bad too.
   */
  static void isolated(Evidence evidence, Findings findings) {
    Map<Position, Poison> poison = evidence.poisonByPosition();
    Map<Refusal, List<Letter>> refusals = new HashMap<>();
    for (Letter letter : evidence.letters()) {
      refusals
          .computeIfAbsent(
              new Refusal(letter.about(), letter.service()), refusal -> new ArrayList<>())
          .add(letter);
    }
    findings.check(true, () -> "without a bad record there is one thing to check: no letter");
    Set<Position> refused = new HashSet<>();
    refusals.keySet().forEach(refusal -> refused.add(refusal.about()));
    for (Poison sent : evidence.poison()) {
      findings.check(
          !sent.mustBeRefused() || refused.contains(sent.position()),
          () -> "%s (%s) is in no dead letter".formatted(sent.position(), sent.kind()));
    }
    Set<Position> samplesOfNoSoundImage = samplesOfNoSoundImage(evidence);
    refusals.forEach(
        (refusal, letters) -> {
          boolean bad =
              poison.containsKey(refusal.about())
                  || evidence.unsound().containsKey(refusal.about())
                  || samplesOfNoSoundImage.contains(refusal.about());
          findings.check(
              bad,
              () ->
                  "%s is sound, and %s refused it: %s"
                      .formatted(refusal.about(), refusal.service(), letters.get(0).reason()));
          for (int i = 1; i < letters.size(); i++) {
            Letter first = letters.get(i - 1);
            Letter again = letters.get(i);
            findings.check(
                isExplained(evidence, first, again),
                () ->
                    "%s has two letters by %s, %d ms apart: %s"
                        .formatted(
                            refusal.about(),
                            refusal.service(),
                            again.at() - first.at(),
                            again.reason()));
          }
        });
  }

  private static boolean isExplained(Evidence evidence, Letter first, Letter again) {
    Span between = new Span(first.at(), again.at());
    return !TRANSACTIONAL.contains(first.service())
        && evidence.befell().getOrDefault(first.service(), List.of()).stream()
            .anyMatch(span -> span.overlaps(between));
  }

  /** Sound by themselves, about an image that is not, or that may be refused. */
  private static Set<Position> samplesOfNoSoundImage(Evidence evidence) {
    Set<Position> positions = new HashSet<>();
    for (SampleSeen sample : evidence.samples()) {
      if (sample.imageId().startsWith("chaos-")
          || !evidence
              .images()
              .getOrDefault(sample.imageId(), Set.of())
              .contains(sample.imageSha256())) {
        positions.add(sample.position());
      }
    }
    return positions;
  }
}
