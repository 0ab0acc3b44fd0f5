package dev.dataengine.streams;

import dev.dataengine.serde.RecordSize;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Results whose version nobody has announced yet: topics are read in any order. They are in a
 * store, as they came, so that a restart neither loses them nor lets them wait anew; bounded, so
 * that they are no way to fill a memory.
 */
final class Waiting {

  static final String STORE = "waiting";

  /** Records and bytes that wait at most, by input partition. */
  private static final int MOST = 10_000;

  private static final long MOST_BYTES = 16L << 20;

  static final Serde<Entry> SERDE = CompactSerde.of("waiting result", 1, Entry::write, Entry::read);

  /**
   * @param since when it began to wait, in milliseconds since 1970
   * @param record as it was read
   */
  record Entry(
      long since,
      String model,
      long version,
      String lineage,
      ConsumerRecord<byte[], byte[]> record) {

    private static void write(Entry entry, CompactOutput out) {
      out.number(entry.since);
      out.text(entry.model);
      out.number(entry.version);
      out.text(entry.lineage);
      out.text(entry.record.topic());
      out.number(entry.record.partition());
      out.number(entry.record.offset());
      out.number(entry.record.timestamp());
      out.octets(entry.record.key());
      out.octets(entry.record.value());
      Header[] headers = entry.record.headers().toArray();
      out.number(headers.length);
      for (Header header : headers) {
        out.text(header.key());
        out.flag(header.value() != null);
        out.octets(header.value() == null ? new byte[0] : header.value());
      }
    }

    private static Entry read(CompactInput in) {
      long since = in.number();
      String model = in.text();
      long version = in.number();
      String lineage = in.text();
      String topic = in.text();
      int partition = (int) in.number();
      long offset = in.number();
      long timestamp = in.number();
      byte[] key = in.octets();
      byte[] value = in.octets();
      RecordHeaders headers = new RecordHeaders();
      for (long left = in.number(); left > 0; left--) {
        String name = in.text();
        boolean has = in.flag();
        byte[] content = in.octets();
        headers.add(new RecordHeader(name, has ? content : null));
      }
      return new Entry(
          since,
          model,
          version,
          lineage,
          new ConsumerRecord<>(
              topic,
              partition,
              offset,
              timestamp,
              TimestampType.CREATE_TIME,
              ConsumerRecord.NULL_SIZE,
              ConsumerRecord.NULL_SIZE,
              key,
              value,
              headers,
              java.util.Optional.empty()));
    }

    private long bytes() {
      return RecordSize.of(record.key(), record.value(), record.headers());
    }
  }

  private final KeyValueStore<String, Entry> store;

  /** By the order in which they came; offsets may begin again, where a topic was made anew. */
  private final SortedMap<String, Entry> entries = new TreeMap<>();

  private long bytes;

  Waiting(KeyValueStore<String, Entry> store) {
    this.store = store;
    try (KeyValueIterator<String, Entry> all = store.all()) {
      all.forEachRemaining(entry -> entries.put(entry.key, entry.value));
    }
    entries.values().forEach(entry -> bytes += entry.bytes());
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  boolean isFull() {
    return entries.size() >= MOST || bytes >= MOST_BYTES;
  }

  void add(Entry entry) {
    long next = entries.isEmpty() ? 0 : HexFormat.fromHexDigitsToLong(entries.lastKey()) + 1;
    String key = HexFormat.of().toHexDigits(next);
    store.put(key, entry);
    entries.put(key, entry);
    bytes += entry.bytes();
  }

  /** In the order in which they came; those that are {@code done} wait no more. */
  void removeIf(Predicate<Entry> done) {
    for (Map.Entry<String, Entry> entry : List.copyOf(entries.entrySet())) {
      if (done.test(entry.getValue())) {
        store.delete(entry.getKey());
        entries.remove(entry.getKey());
        bytes -= entry.getValue().bytes();
      }
    }
  }
}
