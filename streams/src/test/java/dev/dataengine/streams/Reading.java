package dev.dataengine.streams;

import dev.dataengine.events.EvaluationResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * An order in which partitions are read, each from its beginning: mixed, one after the other, or
 * with one that lags by all that the others have.
 */
final class Reading {

  private final List<EvaluationResult> order = new ArrayList<>();
  private int next;

  Reading(Random random, List<List<EvaluationResult>> logs) {
    int[] position = new int[logs.size()];
    int laggard = random.nextInt(logs.size());
    int manner = random.nextInt(3);
    int total = logs.stream().mapToInt(List::size).sum();
    while (order.size() < total) {
      int from = random.nextInt(logs.size());
      if (manner == 1) {
        from = first(logs, position, -1);
      } else if (manner == 2 && from == laggard) {
        int other = first(logs, position, laggard);
        from = other < 0 ? laggard : other;
      }
      // Fetches bring several at once.
      for (int more = 1 + random.nextInt(20); more > 0; more--) {
        if (position[from] < logs.get(from).size()) {
          order.add(logs.get(from).get(position[from]++));
        }
      }
    }
  }

  private static int first(List<List<EvaluationResult>> logs, int[] position, int but) {
    for (int partition = 0; partition < position.length; partition++) {
      if (partition != but && position[partition] < logs.get(partition).size()) {
        return partition;
      }
    }
    return -1;
  }

  boolean hasNext() {
    return next < order.size();
  }

  EvaluationResult next() {
    return order.get(next++);
  }
}
