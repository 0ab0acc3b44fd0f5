package dev.dataengine.compose.chaos.fault;

import dev.dataengine.compose.chaos.process.Link;
import java.time.Duration;
import java.util.List;

/**
 * One thing that is done to the loop.
 *
 * @param at since the schedule's beginning
 * @param lasts for a kill: how long until the process is started again
 * @param targets names of processes; for a fault on links, whose links
 * @param part other end of the links; of no meaning for processes
 * @param amount drawn for the kind: bytes of an answer that get through, bytes a second,
 *     milliseconds of delay
 */
public record Fault(
    Duration at, Duration lasts, FaultKind kind, List<String> targets, Link.Part part, int amount) {

  public Fault {
    targets = List.copyOf(targets);
  }

  public Duration until() {
    return at.plus(lasts);
  }

  /** Whether it can make a service repeat what it did not commit. */
  public boolean concerns(String service) {
    return targets.contains(service) || (!kind.isOnLink() && targets.contains("broker"));
  }

  /** In words, for the story. */
  @Override
  public String toString() {
    String what =
        switch (kind) {
          case DELAY -> " by " + amount + " ms";
          case SLOW -> " at " + amount + " bytes/s";
          case HALF -> " after " + amount + " bytes";
          default -> "";
        };
    String where =
        kind.isOnLink()
            ? part.name().toLowerCase(java.util.Locale.ROOT) + " for " + who()
            : String.join(", ", targets);
    return "%s %s%s, %.1f s".formatted(kind, where, what, lasts.toMillis() / 1000.0);
  }

  private String who() {
    return targets.size() > 1 ? "all" : targets.get(0);
  }
}
