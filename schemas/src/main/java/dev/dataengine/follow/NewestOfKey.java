package dev.dataengine.follow;

import dev.dataengine.serde.EventSerde;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Which record of a key is the newest. Of one partition it is the last, whatever its time: clocks
 * go back. Where partitions were added a key may stand in two, and nothing says in which order they
 * are read: then the later time counts.
 *
 * <p>For one thread.
 */
public final class NewestOfKey {

  private record Where(int partition, long timestamp) {}

  private final Map<String, Where> taken;

  /**
   * @param most keys that are remembered: as many as its owner keeps records of; the oldest go
   */
  public NewestOfKey(int most) {
    taken =
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Where> eldest) {
            return size() > most;
          }
        };
  }

  /** Has the owner keep a record, or drop what the record removes; not where a newer was kept. */
  public void keep(ConsumerRecord<byte[], byte[]> record, Runnable how) {
    if (!isOutdated(record)) {
      how.run();
      take(record);
    }
  }

  /** Whether a newer record of its key was taken. */
  boolean isOutdated(ConsumerRecord<byte[], byte[]> record) {
    Where newest = taken.get(EventSerde.key(record));
    return newest != null
        && newest.partition() != record.partition()
        && newest.timestamp() > record.timestamp();
  }

  /** The record, which is not outdated, is what its owner keeps of the key. */
  void take(ConsumerRecord<byte[], byte[]> record) {
    String key = EventSerde.key(record);
    taken.remove(key);
    taken.put(key, new Where(record.partition(), record.timestamp()));
  }

  /** Nothing was taken: the topic is another. */
  public void clear() {
    taken.clear();
  }
}
