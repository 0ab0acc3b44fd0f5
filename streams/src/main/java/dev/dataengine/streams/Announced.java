package dev.dataengine.streams;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The announced versions as one task sees them. It asks the store, which another thread fills, only
 * where what it knows does not say that a result is sound: announcements add, and never take back.
 */
final class Announced {

  private final ReadOnlyKeyValueStore<String, Lineages> store;
  private final Map<String, Lineages> known = new HashMap<>();
  private boolean news;

  Announced(ReadOnlyKeyValueStore<String, Lineages> store) {
    this.store = store;
  }

  Lineages.Verdict verdict(String model, long version, String lineage) {
    @Nullable Lineages before = known.get(model);
    if (before != null && before.verdict(version, lineage) == Lineages.Verdict.SOUND) {
      return Lineages.Verdict.SOUND;
    }
    return fresh(model).verdict(version, lineage);
  }

  /** As {@link #verdict}, by what {@link #fresh} gave last. */
  Lineages.Verdict verdictAsKnown(String model, long version, String lineage) {
    return known.getOrDefault(model, Lineages.NONE).verdict(version, lineage);
  }

  Optional<String> lineage(String model, long version) {
    @Nullable Lineages before = known.get(model);
    return (before != null && version <= before.newest() ? before : fresh(model)).of(version);
  }

  /** What the store says now. */
  Lineages fresh(String model) {
    @Nullable Lineages now = store.get(model);
    if (now == null) {
      return Lineages.NONE;
    }
    news |= !now.equals(known.put(model, now));
    return now;
  }

  /** Whether more is announced than when this was asked last, as far as this task knows. */
  boolean takeNews() {
    boolean taken = news;
    news = false;
    return taken;
  }
}
