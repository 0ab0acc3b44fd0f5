package dev.dataengine.streams;

import dev.dataengine.events.EvaluationResult;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which results of one input partition are late, naively: those of versions older than the newest
 * that the partition has brought, as many as are kept.
 */
final class LateRule {

  private final Map<String, TreeSet<Long>> open = new HashMap<>();
  private final Map<String, Long> closed = new HashMap<>();
  private int kept;

  LateRule(int kept) {
    this.kept = kept;
  }

  /** After a restart with another number of versions. */
  void keep(int versions) {
    kept = versions;
    Set.copyOf(open.keySet()).forEach(this::close);
  }

  boolean isLate(EvaluationResult result) {
    String pair = result.getBenchmark() + "/" + result.getModel();
    if (result.getModelVersion() <= closed.getOrDefault(pair, -1L)) {
      return true;
    }
    open.computeIfAbsent(pair, p -> new TreeSet<>()).add(result.getModelVersion());
    close(pair);
    return result.getModelVersion() <= closed.getOrDefault(pair, -1L);
  }

  private void close(String pair) {
    TreeSet<Long> versions = open.computeIfAbsent(pair, p -> new TreeSet<>());
    while (versions.size() > kept) {
      closed.put(pair, versions.pollFirst());
    }
  }
}
