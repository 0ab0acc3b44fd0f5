package dev.dataengine.streams;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.internals.InMemoryKeyValueStore;

/**
 * Stores whose bytes outlive a driver: a restart is a new driver on the bytes of the old one, as
 * after a restore from the changelogs.
 */
final class SavedStores {

  private final Map<String, Map<Bytes, byte[]>> saved = new TreeMap<>();
  private final Map<String, InMemoryKeyValueStore> open = new TreeMap<>();

  Storage storage() {
    Function<String, KeyValueBytesStoreSupplier> supplier = Supplier::new;
    return new Storage(supplier, supplier);
  }

  /** What is in the stores now. */
  SavedStores copy() {
    SavedStores copy = new SavedStores();
    saved.forEach((name, entries) -> copy.saved.put(name, new TreeMap<>(entries)));
    open.forEach((name, store) -> copy.saved.put(name, entries(store)));
    return copy;
  }

  /** Without one of the stores, as where its changelog was deleted. */
  SavedStores without(String store) {
    SavedStores copy = copy();
    copy.saved.remove(store);
    return copy;
  }

  /** With the bytes of another one's store. */
  SavedStores with(String store, SavedStores other) {
    SavedStores copy = copy();
    copy.saved.put(store, other.bytes(store));
    return copy;
  }

  SavedStores with(String store, Map<Bytes, byte[]> bytes) {
    SavedStores copy = copy();
    copy.saved.put(store, new TreeMap<>(bytes));
    return copy;
  }

  Map<Bytes, byte[]> bytes(String store) {
    return copy().saved.getOrDefault(store, new TreeMap<>());
  }

  private static Map<Bytes, byte[]> entries(InMemoryKeyValueStore store) {
    Map<Bytes, byte[]> entries = new TreeMap<>();
    try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
      all.forEachRemaining(entry -> entries.put(entry.key, entry.value));
    }
    return entries;
  }

  private final class Supplier implements KeyValueBytesStoreSupplier {
    private final String name;

    Supplier(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public KeyValueStore<Bytes, byte[]> get() {
      InMemoryKeyValueStore store =
          new InMemoryKeyValueStore(name) {
            @Override
            public void init(StateStoreContext context, StateStore root) {
              super.init(context, root);
              saved.getOrDefault(name, Map.of()).forEach(this::put);
            }
          };
      open.put(name, store);
      return store;
    }

    @Override
    public String metricsScope() {
      return "in-memory";
    }
  }
}
