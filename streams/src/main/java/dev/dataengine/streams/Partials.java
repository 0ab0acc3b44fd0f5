package dev.dataengine.streams;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The newest partial sum of every partition. There are few (partitions × versions kept × types), so
 * totals are added up when they are asked for, and nothing that is added up needs to be kept right.
 */
final class Partials {

  static final String STORE = "partials";

  private final KeyValueStore<String, Sum> store;

  Partials(KeyValueStore<String, Sum> store) {
    this.store = store;
  }

  /** Replaces what the partition said before; false where it said the same. */
  boolean replace(String benchmark, Counted.Partial partial) {
    // A type holds no NUL, so the partition is what follows the last one.
    String rest = partial.type() + Keys.SEPARATOR + partial.partition();
    String key = Keys.of(benchmark, partial.version(), rest);
    if (partial.sum().equals(store.get(key))) {
      return false;
    }
    store.put(key, partial.sum());
    return true;
  }

  /** Totals of one version by question type; 0 where all its questions changed their type. */
  SortedMap<String, Sum> totals(String benchmark, long version) {
    SortedMap<String, Sum> totals = new TreeMap<>();
    try (KeyValueIterator<String, Sum> found =
        store.prefixScan(Keys.prefix(benchmark, version), Serdes.String().serializer())) {
      while (found.hasNext()) {
        KeyValue<String, Sum> entry = found.next();
        String rest = Keys.rest(entry.key);
        totals.merge(rest.substring(0, rest.lastIndexOf(Keys.SEPARATOR)), entry.value, Sum::plus);
      }
    }
    return totals;
  }

  void forgetOlderThan(String benchmark, long version) {
    List<String> old = new ArrayList<>();
    try (KeyValueIterator<String, Sum> range =
        store.range(Keys.prefix(benchmark), Keys.prefix(benchmark, version))) {
      range.forEachRemaining(entry -> old.add(entry.key));
    }
    old.forEach(store::delete);
  }
}
