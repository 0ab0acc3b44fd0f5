package dev.dataengine.producers.images;

import dev.dataengine.config.Key;
import dev.dataengine.config.Keys;

/** What images are published. */
public record ImagePublisherConfig(
    @Key(doc = "what is published, where it is not what `images` says", empty = "`images`")
        String source,
    @Key(
            doc =
                "images of a source without end that are published at once; sets of data are published whole",
            range = ">= 0")
        int initialImages,
    @Key(doc = "further ones of a source without end; 0 for none", range = "0..10000")
        double imagesPerSecond,
    @Key(
            doc = "images of at most so many bytes go into the event, larger ones by uri",
            range = "0..262144")
        int inlineBytes,
    @Key(doc = "whether an image that cannot be published ends the publisher; else it is left out")
        boolean strict) {

  public ImagePublisherConfig {
    source = source == null ? "" : source;
    Keys.check(
        ImagePublisherConfig.class, source, initialImages, imagesPerSecond, inlineBytes, strict);
  }

  public static ImagePublisherConfig defaults() {
    return new ImagePublisherConfig("", 2_000, 2, 16 * 1024, false);
  }

  /** The same for a source. */
  public ImagePublisherConfig of(String from) {
    return new ImagePublisherConfig(from, initialImages, imagesPerSecond, inlineBytes, strict);
  }
}
