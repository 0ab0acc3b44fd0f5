package dev.dataengine.streams;

import java.util.Comparator;

/**
 * What a version said to a question from some time on. Ordered by that time; what was said at the
 * same time is ordered by its content, so that no order of reading shows.
 *
 * @param evaluatedAt when it was answered, in milliseconds since 1970
 * @param type question type that the answer counts for
 * @param errorNanos 1 - score in billionths; whole numbers, so that sums do not depend on the order
 *     and taking an answer back leaves nothing behind
 */
record Moment(long evaluatedAt, String type, long errorNanos) implements Comparable<Moment> {

  private static final Comparator<Moment> ORDER =
      Comparator.comparingLong(Moment::evaluatedAt)
          .thenComparing(Moment::type)
          .thenComparingLong(Moment::errorNanos);

  static long errorNanos(double score) {
    return Math.round((1 - score) * 1e9);
  }

  boolean saysTheSame(Moment other) {
    return errorNanos == other.errorNanos && type.equals(other.type);
  }

  @Override
  public int compareTo(Moment other) {
    return ORDER.compare(this, other);
  }
}
