package dev.dataengine.streams;

import dev.dataengine.streams.weighting.Tally;

/**
 * A sum over distinct questions of one type.
 *
 * @param n questions
 * @param errorNanos errors in billionths
 */
record Sum(long n, long errorNanos) {

  static final Sum NONE = new Sum(0, 0);

  Sum plus(Sum other) {
    return new Sum(n + other.n, errorNanos + other.errorNanos);
  }

  Tally tally() {
    // Beyond nine million questions the division may round up.
    return new Tally(n, Math.min((double) n, errorNanos / 1e9));
  }

  void write(CompactOutput out) {
    out.number(n);
    out.number(errorNanos);
  }

  static Sum read(CompactInput in) {
    return new Sum(in.number(), in.number());
  }
}
