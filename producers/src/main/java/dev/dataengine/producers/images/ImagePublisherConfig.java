package dev.dataengine.producers.images;

import dev.dataengine.config.Key;
import dev.dataengine.config.Keys;

/** What images are published. */
public record ImagePublisherConfig(
    @Key(
            doc = "what is published, as `images` says it; that key is the one to set",
            pattern = ".*\\S.*",
            expected = "a source, for example scenes")
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
        int inlineBytes) {

  public ImagePublisherConfig {
    Keys.check(ImagePublisherConfig.class, source, initialImages, imagesPerSecond, inlineBytes);
  }

  public static ImagePublisherConfig defaults() {
    return new ImagePublisherConfig("scenes:1", 2_000, 2, 16 * 1024);
  }
}
