package dev.dataengine.compose.monitor;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The loop at one moment; immutable.
 *
 * @param benchmark evaluated last
 * @param types by name
 * @param versions with results, rising
 * @param modelVersion latest version published, 0 before the first
 * @param modelVersions number of versions published above 0
 * @param weightUpdates number of weight updates
 * @param results distinct questions answered, summed over versions
 * @param generated samples written
 * @param rejected candidates refused
 * @param trained samples behind the latest checkpoint
 * @param trainingMillis spent in optimizer steps
 */
record LoopFigures(
    Optional<String> benchmark,
    Map<String, TypeFigures> types,
    List<VersionFigures> versions,
    long modelVersion,
    long modelVersions,
    long weightUpdates,
    long results,
    long generated,
    long rejected,
    long trained,
    long trainingMillis) {

  LoopFigures {
    types = Collections.unmodifiableMap(types);
    versions = List.copyOf(versions);
  }

  Optional<VersionFigures> firstComplete() {
    return versions.stream().filter(VersionFigures::complete).findFirst();
  }

  Optional<VersionFigures> lastComplete() {
    return versions.stream().filter(VersionFigures::complete).reduce((a, b) -> b);
  }

  /** Samples trained on per second of training; 0 before the first version. */
  double trainingSamplesPerSecond() {
    return trainingMillis == 0 ? 0 : trained * 1000.0 / trainingMillis;
  }
}
