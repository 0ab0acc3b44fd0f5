package dev.dataengine.serde;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.WeakHashMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * What schema a record was written with, said by the record itself: Avro's 64-bit fingerprint of
 * the parsing form, as 16 hexadecimal digits, in the header {@code dataengine.schema}. An id means
 * what the registry says now; this means the same for ever.
 */
final class SchemaFingerprint {
  private static final String HEADER = "dataengine.schema";

  /** It takes writing the schema out, and is asked for with every record of an earlier one. */
  private static final Map<Schema, Long> KNOWN = Collections.synchronizedMap(new WeakHashMap<>());

  private SchemaFingerprint() {}

  static long of(Schema schema) {
    return KNOWN.computeIfAbsent(schema, SchemaNormalization::parsingFingerprint64);
  }

  /** As people and headers read it. */
  static String text(long fingerprint) {
    return HexFormat.of().toHexDigits(fingerprint);
  }

  /** Replaces what the headers say: a processor hands on those of the record that it read. */
  static void put(Headers headers, long fingerprint) {
    headers.remove(HEADER);
    headers.add(HEADER, text(fingerprint).getBytes(US_ASCII));
  }

  /** Null where they do not say it: the record is of another program, or of an earlier release. */
  static @Nullable Long in(Headers headers) {
    Header header = headers.lastHeader(HEADER);
    if (header == null || header.value() == null) {
      return null;
    }
    try {
      return HexFormat.fromHexDigitsToLong(new String(header.value(), US_ASCII));
    } catch (IllegalArgumentException notOurs) {
      return null;
    }
  }
}
