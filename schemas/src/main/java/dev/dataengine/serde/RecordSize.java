package dev.dataengine.serde;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** How many bytes a record takes, as a producer reckons before it compresses. */
public final class RecordSize {
  /** Lengths of key and value, which are variable, of a header: never more than this. */
  private static final int EACH_HEADER = 10;

  private RecordSize() {}

  /** Key, value and headers; without the few bytes that every record has. */
  public static long of(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
    long size = length(key) + length(value);
    for (Header header : headers) {
      size +=
          EACH_HEADER
              + header.key().getBytes(StandardCharsets.UTF_8).length
              + length(header.value());
    }
    return size;
  }

  private static long length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
