package dev.dataengine.compose.chaos.evidence;

/** Statistics of one type, as they were told. */
public record StatsSeen(
    Position position, VersionKey version, String type, long n, double errors) {}
