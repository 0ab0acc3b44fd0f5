package dev.dataengine.compose.chaos.evidence;

/**
 * A result that is sound by itself; whether its version was announced is not known yet.
 *
 * @param questions of the whole benchmark
 * @param evaluatedAt in milliseconds
 */
public record ResultSeen(
    Position position,
    VersionKey version,
    String lineage,
    String questionId,
    String type,
    double score,
    int questions,
    long evaluatedAt) {}
