package dev.dataengine.compose.chaos.judge;

import dev.dataengine.compose.chaos.evidence.Evidence;
import dev.dataengine.compose.chaos.evidence.VersionSeen;
import java.util.HashMap;
import java.util.Map;

/** Versions against each other. */
final class Versions {

  private Versions() {}

  /** Numbers rise by one from 0, and go on in one lineage: nothing here begins anew. */
  static void monotonic(Evidence evidence, Findings findings) {
    Map<String, VersionSeen> newest = new HashMap<>();
    for (VersionSeen version : evidence.versions()) {
      VersionSeen before = newest.get(version.model());
      long last = before == null ? -1 : before.version();
      findings.check(
          version.version() <= last + 1, () -> version.version() + " comes after " + last);
      if (before != null) {
        findings.check(
            version.lineage().equals(before.lineage()),
            () ->
                "version %d is of lineage '%s', %d of '%s'"
                    .formatted(
                        version.version(), version.lineage(), before.version(), before.lineage()));
      }
      if (before == null || version.version() > before.version()) {
        newest.put(version.model(), version);
      }
    }
  }

  /** A version is the same whenever it is told. */
  static void unchanging(Evidence evidence, Findings findings) {
    Map<String, VersionSeen> first = new HashMap<>();
    for (VersionSeen version : evidence.versions()) {
      String id = version.model() + "|" + version.version();
      VersionSeen before = first.putIfAbsent(id, version);
      findings.check(
          before == null || before.content().equals(version.content()),
          () -> id + " was " + first.get(id) + ", and then " + version.content());
    }
  }
}
