package dev.dataengine.compose.chaos.observe;

/**
 * Counts of what was seen so far.
 *
 * @param newest number of the newest version; -1 before the first
 * @param trained samples behind it
 */
public record Figures(
    int images, int results, int updates, long newest, int samples, long trained, int letters) {

  @Override
  public String toString() {
    return "images %d, results %d, weight updates %d, newest version %d, samples %d written, %d trained, dead letters %d"
        .formatted(images, results, updates, newest, samples, trained, letters);
  }
}
