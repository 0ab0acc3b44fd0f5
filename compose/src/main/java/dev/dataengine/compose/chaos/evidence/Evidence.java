package dev.dataengine.compose.chaos.evidence;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * All that was seen; every list in the order of its topic.
 *
 * @param images sha256 of every sound image by id, all that were published
 * @param unsound records that are bad by our own reading, with the reason
 * @param befell by service: when something was wrong that may make it repeat what it had not
 *     committed
 * @param calmSince when the last fault was over, in milliseconds
 */
public record Evidence(
    Rules rules,
    List<ResultSeen> results,
    List<StatsSeen> stats,
    List<UpdateSeen> updates,
    List<VersionSeen> versions,
    List<SampleSeen> samples,
    Map<String, Set<String>> images,
    Map<Position, String> unsound,
    List<Letter> letters,
    List<Poison> poison,
    List<Pace> paces,
    Map<String, List<Span>> befell,
    long calmSince) {

  /**
   * What the loop was told.
   *
   * @param model that is trained
   * @param maxAhead most unconsumed samples
   * @param batch samples of one transaction
   * @param versionsKept newest versions whose statistics go on
   */
  public record Rules(String model, int maxAhead, int batch, int versionsKept) {}

  /** What we sent, by where it is. */
  public Map<Position, Poison> poisonByPosition() {
    return poison.stream().collect(Collectors.toMap(Poison::position, Function.identity()));
  }
}
