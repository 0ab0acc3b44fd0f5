package dev.dataengine.streams;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one partition knows of one version of a model on a benchmark, in memory. */
final class VersionTally {

  private final Map<String, TypeTally> types = new HashMap<>();
  private long firstAt = Long.MAX_VALUE;
  private int questions;
  private String lineage = "";
  private long end = Long.MAX_VALUE;
  private long lastOnTime = Long.MIN_VALUE;
  private boolean stale;

  /** Sums of one type, which change with every answer. */
  private static final class TypeTally {
    private long n;
    private long errorNanos;
    private long onTime;
    private long onTimeErrorNanos;
  }

  /** A slot took the place of the one before; null where the question was not answered yet. */
  void replace(@Nullable Slot before, Slot after) {
    questions = Math.max(questions, after.questions());
    firstAt = Math.min(firstAt, after.first().evaluatedAt());
    // also those that count no more: how many types there are must not depend on a restart
    if (after.moments().size() > 1) {
      after.moments().forEach(moment -> type(moment.type()));
    }
    count(before == null ? null : before.last(), -1);
    count(after.last(), 1);
    onTime(before == null ? null : before.asOf(end), -1);
    onTime(after.asOf(end), 1);
  }

  private void count(@Nullable Moment moment, int times) {
    if (moment != null) {
      TypeTally type = type(moment.type());
      type.n += times;
      type.errorNanos += times * moment.errorNanos();
    }
  }

  /** Counts what a slot held when the version ended. */
  void onTime(@Nullable Moment moment, int times) {
    if (moment != null) {
      TypeTally type = type(moment.type());
      type.onTime += times;
      type.onTimeErrorNanos += times * moment.errorNanos();
      lastOnTime = Math.max(lastOnTime, moment.evaluatedAt());
    }
  }

  private TypeTally type(String name) {
    return types.computeIfAbsent(name, type -> new TypeTally());
  }

  /** Takes over what was kept of a version when it was closed. */
  void restore(ClosedVersion closed) {
    types.clear();
    firstAt = closed.firstAt();
    questions = closed.questions();
    closed
        .asOf(Long.MAX_VALUE)
        .forEach(
            (name, sum) -> {
              TypeTally type = type(name);
              type.n = sum.n();
              type.errorNanos = sum.errorNanos();
            });
    deriveOnTime(closed);
  }

  /** The sums as of the end, anew. */
  void deriveOnTime(ClosedVersion closed) {
    forgetOnTime();
    lastOnTime = closed.lastUpTo(end);
    closed
        .asOf(end)
        .forEach(
            (name, sum) -> {
              TypeTally type = type(name);
              type.onTime = sum.n();
              type.onTimeErrorNanos = sum.errorNanos();
            });
  }

  /** So that they are counted anew with {@link #onTime}. */
  void forgetOnTime() {
    stale = false;
    lastOnTime = Long.MIN_VALUE;
    for (TypeTally type : types.values()) {
      type.onTime = 0;
      type.onTimeErrorNanos = 0;
    }
  }

  /** A newer version began at that time, or before. */
  void endBy(long time) {
    if (time < end) {
      end = time;
      stale |= lastOnTime > time;
    }
  }

  /** True where answers were taken as on time that were given after the end. */
  boolean isStale() {
    return stale;
  }

  long firstAt() {
    return firstAt;
  }

  long end() {
    return end;
  }

  boolean knows(String type) {
    return types.containsKey(type);
  }

  int typeCount() {
    return types.size();
  }

  void lineage(String known) {
    if (!known.isEmpty()) {
      lineage = known;
    }
  }

  Partial partial(String pair, long version, int partition) {
    Map<String, Partial.TypeSum> sums = new HashMap<>();
    types.forEach(
        (name, type) ->
            sums.put(
                name,
                new Partial.TypeSum(
                    new Sum(type.n, type.errorNanos),
                    new Sum(type.onTime, type.onTimeErrorNanos))));
    return new Partial(
        pair, version, partition, lineage, questions, firstAt, end, lastOnTime, sums);
  }
}
