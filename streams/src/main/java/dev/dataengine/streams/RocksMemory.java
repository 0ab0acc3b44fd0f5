package dev.dataengine.streams;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * The native memory of all RocksDB stores of one service: one cache for blocks, indexes and filters
 * that the write buffers are charged to, so that the sum is bounded whatever the number of
 * partitions. Closed after the stores.
 */
final class RocksMemory implements AutoCloseable {

  /** Setting that hands the memory of a service to its stores. */
  static final String SETTING = "dataengine.weights.rocksdb.memory";

  private static final long CACHE_BYTES = 32L << 20;
  private static final long WRITE_BUFFER_BYTES = 12L << 20;
  private static final long ONE_WRITE_BUFFER_BYTES = 2L << 20;

  static {
    RocksDB.loadLibrary();
  }

  private final Cache cache = new LRUCache(CACHE_BYTES);
  private final WriteBufferManager writeBuffers = new WriteBufferManager(WRITE_BUFFER_BYTES, cache);

  @Override
  public void close() {
    writeBuffers.close();
    cache.close();
  }

  /** Public because Kafka Streams makes it by reflection, one per store. */
  public static final class Setter implements RocksDBConfigSetter {

    @Override
    public void setConfig(String store, Options options, Map<String, Object> settings) {
      if (!(settings.get(SETTING) instanceof RocksMemory memory)) {
        throw new IllegalArgumentException(SETTING + ": expected the memory of the service");
      }
      BlockBasedTableConfig tables = (BlockBasedTableConfig) options.tableFormatConfig();
      tables.setBlockCache(memory.cache);
      tables.setCacheIndexAndFilterBlocks(true);
      options.setTableFormatConfig(tables);
      options.setWriteBufferManager(memory.writeBuffers);
      options.setWriteBufferSize(ONE_WRITE_BUFFER_BYTES);
      options.setMaxWriteBufferNumber(2);
    }

    @Override
    public void close(String store, Options options) {
      // The memory is the service's and outlives the store.
    }
  }
}
