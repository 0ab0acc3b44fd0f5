package dev.dataengine.compose.chaos.judge;

import dev.dataengine.compose.chaos.evidence.Evidence;
import dev.dataengine.compose.chaos.evidence.Pace;
import dev.dataengine.compose.chaos.evidence.VersionSeen;
import java.util.List;

/** The generator's pace. */
final class Generation {

  private Generation() {}

  /** Never more than so many samples wait to be consumed, and a batch. */
  static void paced(Evidence evidence, Findings findings) {
    long most = (long) evidence.rules().maxAhead() + evidence.rules().batch();
    for (Pace pace : evidence.paces()) {
      findings.check(
          pace.unconsumed() <= most,
          () -> "%d samples wait, expected at most %d".formatted(pace.unconsumed(), most));
    }
  }

  /** Once all is well, samples are written and trained on. */
  static void neverStalls(Evidence evidence, Findings findings) {
    long written = evidence.samples().stream().filter(s -> s.at() >= evidence.calmSince()).count();
    findings.check(written > 0, () -> "no sample was written after the last fault");
    List<VersionSeen> own =
        evidence.versions().stream()
            .filter(version -> version.model().equals(evidence.rules().model()))
            .toList();
    long before =
        own.stream()
            .filter(version -> version.at() < evidence.calmSince())
            .mapToLong(VersionSeen::samplesTrained)
            .max()
            .orElse(0);
    findings.check(
        own.stream().anyMatch(version -> version.samplesTrained() > before),
        () -> "no sample was trained on after the last fault; " + before + " before it");
  }
}
