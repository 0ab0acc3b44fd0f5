package dev.dataengine.streams;

import java.util.HashSet;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The versions of one model on one benchmark that a partition has answers of. Derived from the
 * store of answers: it holds nothing that a scan would not find again.
 */
final class PairTally {

  private final NavigableMap<Long, VersionTally> versions = new TreeMap<>();
  private final SortedSet<Long> unsent = new TreeSet<>();
  private final Set<Long> restored = new HashSet<>();
  private long closed = -1;

  @Nullable VersionTally get(long version) {
    return versions.get(version);
  }

  NavigableMap<Long, VersionTally> versions() {
    return versions;
  }

  /** Versions whose sums changed since they were sent. */
  SortedSet<Long> unsent() {
    return unsent;
  }

  /** The newest version whose answers are not remembered any more; those before are not either. */
  long closed() {
    return closed;
  }

  void close(long version) {
    closed = Math.max(closed, version);
  }

  /** The version, which is new where it was not seen before. */
  VersionTally admit(long version) {
    @Nullable VersionTally known = versions.get(version);
    if (known != null) {
      return known;
    }
    VersionTally tally = new VersionTally();
    versions.put(version, tally);
    for (VersionTally newer : versions.tailMap(version, false).values()) {
      tally.endBy(newer.firstAt());
    }
    return tally;
  }

  /** A slot of a version changed; older versions end where a newer one begins. */
  void replace(long version, @Nullable Slot before, Slot after) {
    VersionTally tally = admit(version);
    long began = tally.firstAt();
    tally.replace(before, after);
    unsent.add(version);
    if (tally.firstAt() < began) {
      endOlderThan(version, tally.firstAt());
    }
  }

  /** A closed version as it was kept. */
  void restore(long version, ClosedVersion closedVersion) {
    VersionTally tally = admit(version);
    tally.restore(closedVersion);
    restored.add(version);
    close(version);
    endOlderThan(version, tally.firstAt());
  }

  /** After a scan: slots of versions that were closed and forgotten say nothing any more. */
  void dropRemains() {
    versions.keySet().removeIf(version -> version <= closed && !restored.contains(version));
    restored.clear();
  }

  private void endOlderThan(long version, long time) {
    for (var older : versions.headMap(version, false).entrySet()) {
      if (time < older.getValue().end()) {
        older.getValue().endBy(time);
        unsent.add(older.getKey());
      }
    }
  }

  /** Versions that are too old to be remembered by question, oldest first. */
  SortedSet<Long> tooMany(int kept) {
    SortedSet<Long> old = new TreeSet<>(versions.tailMap(closed, false).keySet());
    for (int newest = 0; newest < kept && !old.isEmpty(); newest++) {
      old.remove(old.last());
    }
    return old;
  }
}
