package dev.dataengine.workers.evaluate;

import java.util.HashSet;
import java.util.Set;

/**
 * Which reasons were told in full. A reason may name a version's own file, so there may be as many
 * as there are versions: after {@link #MOST} all are forgotten, and told in full again.
 */
final class ToldReasons {
  static final int MOST = 100;

  private final Set<String> told = new HashSet<>();

  /** Whether it was not told before, as far as is remembered; now it is. */
  boolean isFirst(String reason) {
    if (told.size() == MOST) {
      told.clear();
    }
    return told.add(reason);
  }
}
