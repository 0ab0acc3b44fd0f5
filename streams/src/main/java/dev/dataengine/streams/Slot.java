package dev.dataengine.streams;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that one version answered to one question.
 *
 * @param questions number of questions of the benchmark, the largest that was told; 0 where unknown
 * @param reported whether a bad case was written
 * @param moments its answers in their order, at least one; the last is the one that counts
 */
record Slot(long version, int questions, boolean reported, List<Moment> moments) {

  /** Answers of one version to one question that are told apart; hardly ever more than one. */
  static final int MOST = 8;

  Slot {
    moments = List.copyOf(moments);
  }

  Moment first() {
    return moments.get(0);
  }

  Moment last() {
    return moments.get(moments.size() - 1);
  }

  /** What counted at a time, the answers of that very millisecond included; null before all. */
  @Nullable Moment asOf(long time) {
    for (int i = moments.size() - 1; i >= 0; i--) {
      if (moments.get(i).evaluatedAt() <= time) {
        return moments.get(i);
      }
    }
    return null;
  }

  /** With a further answer; this very object where it was known. */
  Slot with(Moment moment, int questionCount) {
    int at = Collections.binarySearch(moments, moment);
    int most = Math.max(questions, questionCount);
    if (at >= 0) {
      return most == questions ? this : new Slot(version, most, reported, moments);
    }
    List<Moment> more = new ArrayList<>(moments);
    more.add(-at - 1, moment);
    if (more.size() > MOST) {
      more.remove(leastMissed(more));
    }
    return new Slot(version, most, reported, more);
  }

  Slot asReported() {
    return reported ? this : new Slot(version, questions, true, moments);
  }

  /** One that repeats its neighbours; else the second: the first says when the version began. */
  private static int leastMissed(List<Moment> moments) {
    for (int i = 1; i < moments.size() - 1; i++) {
      if (moments.get(i).saysTheSame(moments.get(i - 1))
          && moments.get(i).saysTheSame(moments.get(i + 1))) {
        return i;
      }
    }
    return 1;
  }
}
