package dev.dataengine.compose.chaos.evidence;

import java.util.Map;

/**
 * A version as it was announced.
 *
 * @param offsets next offset of every partition of the samples
 * @param content every field of it, as text
 * @param at when the broker has it from, in milliseconds
 */
public record VersionSeen(
    Position position,
    String model,
    long version,
    String lineage,
    Map<Integer, Long> offsets,
    long samplesTrained,
    String content,
    long at) {
  public VersionSeen {
    offsets = Map.copyOf(offsets);
  }
}
