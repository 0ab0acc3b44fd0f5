package dev.dataengine.compose.simulate.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * One partition: records and the markers that end transactions, an offset each. Readers of
 * committed records see neither markers nor what was aborted, and nothing behind an open
 * transaction.
 */
final class PartitionLog {
  /** Fate of an entry. */
  enum Fate {
    OPEN,
    COMMITTED,
    ABORTED,
    MARKER
  }

  /** What stands at one offset. */
  static final class Entry {
    final byte @Nullable [] key;
    final byte @Nullable [] value;
    final @Nullable Headers headers;
    final long timestamp;
    Fate fate;

    Entry(
        byte @Nullable [] key,
        byte @Nullable [] value,
        @Nullable Headers headers,
        long timestamp,
        Fate fate) {
      this.key = key;
      this.value = value;
      this.headers = headers;
      this.timestamp = timestamp;
      this.fate = fate;
    }
  }

  private final List<Entry> entries = new ArrayList<>();
  private final TreeSet<Long> open = new TreeSet<>();
  private long start;

  /** Appends a record; its offset. */
  long append(
      byte @Nullable [] key,
      byte @Nullable [] value,
      @Nullable Headers headers,
      long timestamp,
      boolean inTransaction) {
    long offset = end();
    entries.add(
        new Entry(key, value, headers, timestamp, inTransaction ? Fate.OPEN : Fate.COMMITTED));
    if (inTransaction) {
      open.add(offset);
    }
    return offset;
  }

  /** Ends a transaction's records here, with a marker behind them. */
  void end(List<Long> offsets, boolean commit, long timestamp) {
    for (long offset : offsets) {
      entry(offset).fate = commit ? Fate.COMMITTED : Fate.ABORTED;
      open.remove(offset);
    }
    entries.add(new Entry(null, null, null, timestamp, Fate.MARKER));
  }

  Entry entry(long offset) {
    return entries.get((int) offset);
  }

  /** First offset that is still there. */
  long start() {
    return start;
  }

  long end() {
    return entries.size();
  }

  /** Last stable offset: where a reader of committed records ends. */
  long stable() {
    return open.isEmpty() ? end() : open.first();
  }

  /** Deletes what is before the offset, as retention does. */
  void truncate(long before) {
    start = Math.max(start, Math.min(before, stable()));
  }
}
