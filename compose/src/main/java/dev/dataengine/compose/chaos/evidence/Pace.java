package dev.dataengine.compose.chaos.evidence;

/**
 * How far generation was ahead of training.
 *
 * @param at in milliseconds
 * @param unconsumed samples that can be seen and that no trainer ever has been beyond
 */
public record Pace(long at, long unconsumed) {}
