package dev.dataengine.compose.chaos.poison;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A record to be sent.
 *
 * @param dated false for one whose time is -1
 * @param compressed whether it goes compressed, so that a small record becomes a large one
 */
record Draft(byte @Nullable [] key, byte @Nullable [] value, boolean dated, boolean compressed) {

  static Draft of(String key, byte @Nullable [] value) {
    return new Draft(key.getBytes(StandardCharsets.UTF_8), value, true, false);
  }
}
