package dev.dataengine.compose.chaos.judge;

import dev.dataengine.compose.chaos.evidence.Evidence;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** All that must hold, by name. */
public final class Invariants {

  private static final Map<String, BiConsumer<Evidence, Findings>> ALL = new LinkedHashMap<>();

  static {
    ALL.put("NoResultLost", Results::noneLost);
    ALL.put("NoResultTwice", Results::noneTwice);
    ALL.put("NoSampleLost", Samples::noneLost);
    ALL.put("NoSampleTwice", Samples::noneTwice);
    ALL.put("VersionsMonotonic", Versions::monotonic);
    ALL.put("VersionNeverChanges", Versions::unchanging);
    ALL.put("WeightsOfNewestOnly", Weights::ofNewestOnly);
    ALL.put("PacedWithinBound", Generation::paced);
    ALL.put("PoisonIsolated", PoisonIsolation::isolated);
    ALL.put("GeneratorNeverStalls", Generation::neverStalls);
  }

  private Invariants() {}

  public static List<String> names() {
    return List.copyOf(ALL.keySet());
  }

  /** Judges all. */
  public static List<Verdict> judge(Evidence evidence) {
    return ALL.entrySet().stream()
        .map(
            invariant -> {
              Findings findings = new Findings();
              invariant.getValue().accept(evidence, findings);
              return findings.verdict(invariant.getKey());
            })
        .toList();
  }
}
