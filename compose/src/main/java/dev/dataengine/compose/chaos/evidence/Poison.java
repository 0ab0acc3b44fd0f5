package dev.dataengine.compose.chaos.evidence;

/**
 * A bad record that we sent and the broker has.
 *
 * @param kind of badness
 * @param mustBeRefused false where a service may take it: it is odd, and harms nobody
 */
public record Poison(Position position, String kind, boolean mustBeRefused) {}
