package dev.dataengine.producers.images;

/**
 * What images are published.
 *
 * @param source how {@link ImageSources#parse} calls it; empty for the one that {@code images}
 *     names
 * @param initialImages how many of a source without end are published at once; sets of data are
 *     published whole
 * @param imagesPerSecond how many more a second of a source without end; 0 for none
 * @param inlineBytes images of at most so many bytes go into the event, larger ones by uri
 * @param strict whether an image that cannot be published ends the publisher; else it is left out
 *     with a warning
 */
public record ImagePublisherConfig(
    String source, int initialImages, double imagesPerSecond, int inlineBytes, boolean strict) {

  public ImagePublisherConfig {
    source = source == null ? "" : source;
    if (initialImages < 0) {
      throw new IllegalArgumentException(
          "initial-images: expected 0 or more, got " + initialImages);
    }
    if (!(imagesPerSecond >= 0 && imagesPerSecond <= 10_000)) {
      throw new IllegalArgumentException(
          "images-per-second: expected 0 to 10000, got " + imagesPerSecond);
    }
    if (inlineBytes < 0 || inlineBytes > 256 * 1024) {
      throw new IllegalArgumentException("inline-bytes: expected 0 to 262144, got " + inlineBytes);
    }
  }

  public static ImagePublisherConfig defaults() {
    return new ImagePublisherConfig("", 2_000, 2, 16 * 1024, false);
  }

  /** The same for a source. */
  public ImagePublisherConfig of(String from) {
    return new ImagePublisherConfig(from, initialImages, imagesPerSecond, inlineBytes, strict);
  }
}
