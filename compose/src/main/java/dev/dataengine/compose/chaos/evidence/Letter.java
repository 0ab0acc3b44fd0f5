package dev.dataengine.compose.chaos.evidence;

/**
 * A dead letter.
 *
 * @param about the record that was refused
 * @param service that refused it
 * @param at when it was sent, in milliseconds
 */
public record Letter(Position about, String service, String reason, long at) {}
