package dev.dataengine.compose.simulate;

import dev.dataengine.compose.simulate.cluster.VirtualClock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** What happened in a run, with its time; printed where an invariant does not hold. */
final class Story {
  private static final int LONGEST = 2_000;

  private final VirtualClock clock;
  private final Deque<String> lines = new ArrayDeque<>();

  Story(VirtualClock clock) {
    this.clock = clock;
  }

  void tell(String what) {
    if (lines.size() == LONGEST) {
      lines.removeFirst();
    }
    lines.add("%8.3f s  %s".formatted(clock.elapsedMillis() / 1000.0, what));
  }

  List<String> lines() {
    return List.copyOf(lines);
  }
}
