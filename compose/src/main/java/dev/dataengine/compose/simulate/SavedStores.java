package dev.dataengine.compose.simulate;

import dev.dataengine.streams.Storage;
import java.util.HashMap;
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

/** What the changelogs of one task hold, and stores that are filled from them. */
final class SavedStores {
  private final Map<String, Map<Bytes, byte[]>> saved = new HashMap<>();
  private final Map<String, InMemoryKeyValueStore> open = new HashMap<>();

  /** Stores that begin as what was saved. */
  Storage storage() {
    open.clear();
    Function<String, KeyValueBytesStoreSupplier> supplier = Supplier::new;
    return new Storage(supplier, supplier);
  }

  /** Saves what the stores are now. */
  void save() {
    open.forEach((name, store) -> saved.put(name, entries(store)));
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
