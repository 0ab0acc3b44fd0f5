package dev.dataengine.streams;

import java.util.Collections;
import java.util.NavigableSet;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.kafka.common.serialization.Serde;

/**
 * The newest versions of a benchmark that were seen, at most as many as are kept. A version that
 * fell out never comes back: it fell out because enough newer ones are there.
 */
record Versions(SortedSet<Long> kept) {

  static final Versions NONE = new Versions(Collections.emptySortedSet());

  static final Serde<Versions> SERDE =
      CompactSerde.of(
          "versions",
          1,
          (versions, out) -> {
            out.writeInt(versions.kept().size());
            for (long version : versions.kept()) {
              out.writeLong(version);
            }
          },
          in -> {
            NavigableSet<Long> kept = new TreeSet<>();
            for (int left = in.readInt(); left > 0; left--) {
              kept.add(in.readLong());
            }
            return new Versions(kept);
          });

  Versions {
    kept = Collections.unmodifiableSortedSet(new TreeSet<>(kept));
  }

  /** True where the version is kept or would be. */
  boolean admits(long version, int limit) {
    return kept.size() < limit || version >= oldest();
  }

  /** With that version, and without the oldest where they are too many. */
  Versions with(long version, int limit) {
    NavigableSet<Long> more = new TreeSet<>(kept);
    more.add(version);
    while (more.size() > limit) {
      more.pollFirst();
    }
    return new Versions(more);
  }

  boolean contains(long version) {
    return kept.contains(version);
  }

  boolean isEmpty() {
    return kept.isEmpty();
  }

  long oldest() {
    return kept.first();
  }

  long newest() {
    return kept.last();
  }
}
