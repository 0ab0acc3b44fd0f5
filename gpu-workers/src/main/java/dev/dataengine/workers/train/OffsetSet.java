package dev.dataengine.workers.train;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A set of records by partition and offset: a bitmap in pages, as the bitmap containers of Roaring
 * (arXiv 1402.6407). A page covers {@value #PAGE} offsets in 512 bytes, so what lies close costs a
 * bit each, whatever offset a partition begins at. One thread owns it.
 */
final class OffsetSet {

  private static final int PAGE = 4_096;

  /** By partition, pages by their number. */
  private final Map<Integer, NavigableMap<Long, BitSet>> partitions = new HashMap<>();

  void add(int partition, long offset) {
    partitions
        .computeIfAbsent(partition, p -> new TreeMap<>())
        .computeIfAbsent(offset / PAGE, page -> new BitSet(PAGE))
        .set((int) (offset % PAGE));
  }

  boolean contains(int partition, long offset) {
    NavigableMap<Long, BitSet> pages = partitions.get(partition);
    BitSet page = pages == null ? null : pages.get(offset / PAGE);
    return page != null && page.get((int) (offset % PAGE));
  }

  /**
   * Gives up what is below the offsets, by whole pages: what is left of it on the page of an offset
   * stays in the set.
   *
   * @param next by partition; one that is not named stays as it is
   */
  void removeBelow(Map<Integer, Long> next) {
    next.forEach(
        (partition, offset) -> {
          NavigableMap<Long, BitSet> pages = partitions.get(partition);
          if (pages != null) {
            pages.headMap(offset / PAGE, false).clear();
          }
        });
  }

  /** How many pages it holds: what it costs. */
  int pages() {
    return partitions.values().stream().mapToInt(Map::size).sum();
  }
}
