package dev.dataengine.compose.chaos.judge;

import dev.dataengine.compose.chaos.evidence.Evidence;
import dev.dataengine.compose.chaos.evidence.VersionSeen;
import java.util.HashMap;
import java.util.Map;

/** Which versions were announced, and of which lineage. */
final class Announced {

  private record Id(String model, long version) {}

  private final Map<Id, String> lineages = new HashMap<>();

  Announced(Evidence evidence) {
    for (VersionSeen version : evidence.versions()) {
      lineages.putIfAbsent(new Id(version.model(), version.version()), version.lineage());
    }
  }

  boolean has(String model, long version) {
    return lineages.containsKey(new Id(model, version));
  }

  /** Whether the version was announced, with this lineage. */
  boolean has(String model, long version, String lineage) {
    return lineage.equals(lineages.get(new Id(model, version)));
  }
}
