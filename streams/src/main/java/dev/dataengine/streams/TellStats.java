package dev.dataengine.streams;

import dev.dataengine.events.QuestionTypeStats;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Remembers which statistics were told, so that those that did not change are not told again. A
 * restart forgets it, and the versions that changed since are told whole.
 */
final class TellStats {

  private record Key(String pair, long version, String type) {}

  private record Content(String lineage, int questions, Sum sum) {}

  private final Map<Key, Content> told = new HashMap<>();

  void clear() {
    told.clear();
  }

  void forget(String pair, long version) {
    told.keySet().removeIf(key -> key.version() == version && key.pair().equals(pair));
  }

  /** Statistics of the types that changed, which are taken as told. */
  List<QuestionTypeStats> changed(String pair, long version, VersionSums sums, long now) {
    List<QuestionTypeStats> changed = new ArrayList<>();
    sums.types()
        .forEach(
            (type, sum) -> {
              Content content = new Content(sums.lineage(), sums.questions(), sum.all());
              if (!content.equals(told.put(new Key(pair, version, type), content))) {
                changed.add(Stats.of(pair, version, sums, type, sum.all(), now));
              }
            });
    return changed;
  }
}
