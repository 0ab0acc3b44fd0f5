package dev.dataengine.compose.chaos.judge;

import dev.dataengine.compose.chaos.evidence.Evidence;
import dev.dataengine.compose.chaos.evidence.Poison;
import dev.dataengine.compose.chaos.evidence.Position;
import dev.dataengine.compose.chaos.evidence.SampleSeen;
import dev.dataengine.compose.chaos.evidence.VersionSeen;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Samples against what the versions say they were trained on. */
public final class Samples {

  /** Of our images: a service may take them or not, and so samples about them. */
  private static final String OURS = "chaos-";

  private Samples() {}

  /**
   * Sound samples for the model.
   *
   * @param sure those that have to be trained on
   * @param maybe those that may be or not: odd ones of ours, or about an odd image of ours
   */
  private record Sound(List<SampleSeen> sure, List<SampleSeen> maybe) {

    static Sound of(Evidence evidence) {
      Map<Position, Poison> poison = evidence.poisonByPosition();
      List<SampleSeen> sure = new ArrayList<>();
      List<SampleSeen> maybe = new ArrayList<>();
      for (SampleSeen sample : evidence.samples()) {
        boolean forUs = sample.model().isEmpty() || sample.model().equals(evidence.rules().model());
        Poison sent = poison.get(sample.position());
        if (forUs
            && (sent == null || !sent.mustBeRefused())
            && evidence
                .images()
                .getOrDefault(sample.imageId(), Set.of())
                .contains(sample.imageSha256())) {
          (sent != null || sample.imageId().startsWith(OURS) ? maybe : sure).add(sample);
        }
      }
      return new Sound(sure, maybe);
    }

    long sureBehind(VersionSeen version) {
      return distinctBehind(sure, version);
    }

    long mostBehind(VersionSeen version) {
      return sureBehind(version) + distinctBehind(maybe, version);
    }

    private static long distinctBehind(List<SampleSeen> samples, VersionSeen version) {
      Set<String> ids = new HashSet<>();
      for (SampleSeen sample : samples) {
        Position at = sample.position();
        if (at.offset() < version.offsets().getOrDefault(at.partition(), 0L)) {
          ids.add(sample.sampleId());
        }
      }
      return ids.size();
    }
  }

  /** Distinct sound samples that were written for the model. */
  public static long written(Evidence evidence) {
    return Sound.of(evidence).sure().stream().map(SampleSeen::sampleId).distinct().count();
  }

  /** Samples behind the newest version, as it says. */
  public static long trained(Evidence evidence) {
    return evidence.versions().stream()
        .filter(version -> version.model().equals(evidence.rules().model()))
        .mapToLong(VersionSeen::samplesTrained)
        .max()
        .orElse(0);
  }

  /** Every sound sample behind a version's offsets was trained on. */
  static void noneLost(Evidence evidence, Findings findings) {
    Sound sound = Sound.of(evidence);
    for (VersionSeen version : versions(evidence)) {
      long behind = sound.sureBehind(version);
      findings.check(
          version.samplesTrained() >= behind,
          () -> told(version, "at least " + behind + " sound samples are behind its offsets"));
    }
  }

  /** None was trained on twice, and none that is not sound. */
  static void noneTwice(Evidence evidence, Findings findings) {
    Sound sound = Sound.of(evidence);
    for (VersionSeen version : versions(evidence)) {
      long most = sound.mostBehind(version);
      findings.check(
          version.samplesTrained() <= most,
          () -> told(version, "at most " + most + " sound samples are behind its offsets"));
    }
  }

  private static String told(VersionSeen version, String counted) {
    return "version %d (%s): trained on %d samples; %s"
        .formatted(version.version(), version.position(), version.samplesTrained(), counted);
  }

  private static List<VersionSeen> versions(Evidence evidence) {
    return evidence.versions().stream()
        .filter(version -> version.model().equals(evidence.rules().model()))
        .toList();
  }
}
