package dev.dataengine.compose.chaos.evidence;

/**
 * A sample that is sound by itself; whether its image is there is not known yet.
 *
 * @param model that it is for; empty for every one
 * @param at when it was sent, in milliseconds
 */
public record SampleSeen(
    Position position,
    String sampleId,
    String model,
    String type,
    String imageId,
    String imageSha256,
    long at) {}
