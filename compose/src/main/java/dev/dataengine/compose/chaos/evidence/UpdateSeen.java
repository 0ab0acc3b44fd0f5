package dev.dataengine.compose.chaos.evidence;

/**
 * An update of weights, as it was told.
 *
 * @param key of its record
 */
public record UpdateSeen(
    Position position, String key, VersionKey version, long sequence, boolean complete) {}
