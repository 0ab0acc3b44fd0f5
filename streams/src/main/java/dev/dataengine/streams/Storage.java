package dev.dataengine.streams;

import java.util.function.Function;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.Stores;

/**
 * What the stores are made of, by their name.
 *
 * @param onDisk for what grows with the benchmarks
 * @param inMemory for what does not
 */
public record Storage(
    Function<String, KeyValueBytesStoreSupplier> onDisk,
    Function<String, KeyValueBytesStoreSupplier> inMemory) {

  static final Storage ROCKS =
      new Storage(Stores::persistentKeyValueStore, Stores::inMemoryKeyValueStore);
}
