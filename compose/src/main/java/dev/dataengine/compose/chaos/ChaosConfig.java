package dev.dataengine.compose.chaos;

import dev.dataengine.compose.chaos.fault.FaultKind;
import dev.dataengine.compose.chaos.poison.PoisonKind;
import dev.dataengine.compose.chaos.process.Installation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * A run.
 *
 * @param installation how the services are started
 * @param data a directory that takes everything
 * @param seed of the faults and the bad records
 * @param lasts from when the loop has gone round once: faults, and then {@code calm} without
 * @param calm how long nothing is wrong at the end
 * @param faults kinds that happen
 * @param poison share of bad records, 0 to 1
 * @param poisonKinds names of the kinds of bad records; empty for all
 * @param settings {@code key=value} that every process is given, after ours
 */
public record ChaosConfig(
    Installation installation,
    Path data,
    long seed,
    Duration lasts,
    Duration calm,
    Set<FaultKind> faults,
    double poison,
    Set<String> poisonKinds,
    List<String> settings) {

  private static final Duration SHORTEST = Duration.ofSeconds(30);

  public ChaosConfig {
    if (lasts.compareTo(calm.plus(SHORTEST)) < 0) {
      throw new IllegalArgumentException(
          "expected at least %d s, of which the last %d are calm; got %d s"
              .formatted(calm.plus(SHORTEST).toSeconds(), calm.toSeconds(), lasts.toSeconds()));
    }
    if (!(poison >= 0 && poison <= 0.5)) {
      throw new IllegalArgumentException("poison: expected a share of 0 to 0.5, got " + poison);
    }
    faults = Set.copyOf(faults);
    poisonKinds = Set.copyOf(poisonKinds);
    settings = List.copyOf(settings);
    for (String kind : poisonKinds) {
      if (!PoisonKind.names().contains(kind)) {
        throw new IllegalArgumentException(
            "no bad records of kind '" + kind + "'; there are " + PoisonKind.names());
      }
    }
  }

  /** The same in a directory. */
  public ChaosConfig in(Path directory) {
    return new ChaosConfig(
        installation, directory, seed, lasts, calm, faults, poison, poisonKinds, settings);
  }
}
