package dev.dataengine.streams;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a version whose answers are about to be forgotten did in one partition, as a function of
 * time: a partition that is read later may bring an earlier start of the next version, and what
 * counts until then must still be known. The newest steps are kept one by one, older ones in a sum.
 *
 * @param firstAt when its first answer was given, in milliseconds since 1970
 * @param questions of the benchmark; 0 where unknown
 * @param baseAt time up to which all is in the base
 * @param base sums by type at that time
 * @param steps after it, by rising time
 */
record ClosedVersion(
    long firstAt, int questions, long baseAt, Map<String, Sum> base, List<Step> steps)
    implements Kept {

  /** Steps kept one by one: so many answers may overlap with the next version's. */
  static final int MOST_STEPS = 4_096;

  /**
   * A change of a sum.
   *
   * @param at from when on it holds, in milliseconds since 1970
   */
  record Step(long at, String type, Sum change) {}

  ClosedVersion {
    base = Collections.unmodifiableMap(new TreeMap<>(base));
    steps = List.copyOf(steps);
  }

  /** From all slots of a version. */
  static ClosedVersion of(Iterable<Slot> slots) {
    long firstAt = Long.MAX_VALUE;
    int questions = 0;
    List<Step> steps = new ArrayList<>();
    for (Slot slot : slots) {
      firstAt = Math.min(firstAt, slot.first().evaluatedAt());
      questions = Math.max(questions, slot.questions());
      Moment before = slot.first();
      steps.add(new Step(before.evaluatedAt(), before.type(), new Sum(1, before.errorNanos())));
      for (Moment moment : slot.moments().subList(1, slot.moments().size())) {
        if (!moment.saysTheSame(before)) {
          long at = moment.evaluatedAt();
          steps.add(new Step(at, before.type(), new Sum(-1, -before.errorNanos())));
          steps.add(new Step(at, moment.type(), new Sum(1, moment.errorNanos())));
        }
        before = moment;
      }
    }
    steps.sort(Comparator.comparingLong(Step::at));
    int kept = Math.max(0, steps.size() - MOST_STEPS);
    // What happened in one millisecond is not parted.
    while (kept > 0 && kept < steps.size() && steps.get(kept).at() == steps.get(kept - 1).at()) {
      kept++;
    }
    Map<String, Sum> base = new HashMap<>();
    steps.subList(0, kept).forEach(step -> base.merge(step.type(), step.change(), Sum::plus));
    long baseAt = kept == 0 ? firstAt - 1 : steps.get(kept - 1).at();
    return new ClosedVersion(firstAt, questions, baseAt, base, steps.subList(kept, steps.size()));
  }

  /** Sums by type at a time; those of the base where it is earlier. */
  Map<String, Sum> asOf(long time) {
    Map<String, Sum> sums = new TreeMap<>(base);
    for (Step step : steps) {
      if (step.at() > time) {
        break;
      }
      sums.merge(step.type(), step.change(), Sum::plus);
    }
    return sums;
  }

  /** When the last change up to a time was made. */
  long lastUpTo(long time) {
    long last = baseAt;
    for (Step step : steps) {
      if (step.at() <= time) {
        last = step.at();
      }
    }
    return last;
  }
}
