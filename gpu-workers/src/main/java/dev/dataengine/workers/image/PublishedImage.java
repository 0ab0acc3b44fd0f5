package dev.dataengine.workers.image;

import dev.dataengine.benchmark.Sha256;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An image as an event brings it. Inline bytes are those that their sha256 says: features are
 * cached by it, and other bytes under it would take the right image's place.
 *
 * @param sha256 of the encoded image
 * @param uri where it is, unless its bytes are inline
 * @param bytes inline bytes; null where they are behind the uri
 */
record PublishedImage(String sha256, @Nullable String uri, @Nullable ByteBuffer bytes) {

  PublishedImage {
    if (!sha256.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException(
          "sha256: expected 64 lower-case hexadecimal digits, got '" + sha256 + "'");
    }
    if (bytes == null && uri == null) {
      throw new IllegalArgumentException("expected bytes or a uri, got neither");
    }
    if (bytes != null) {
      byte[] copy = new byte[bytes.remaining()];
      bytes.duplicate().get(copy);
      String found = Sha256.hex(copy);
      if (!found.equals(sha256)) {
        throw new IllegalArgumentException(
            "bytes: expected the sha256 %s that the event says, got %d bytes of %s; publish it again"
                .formatted(sha256, copy.length, found));
      }
    }
  }

  /** Of the inline bytes; 0 where there are none. */
  int length() {
    return bytes == null ? 0 : bytes.remaining();
  }
}
