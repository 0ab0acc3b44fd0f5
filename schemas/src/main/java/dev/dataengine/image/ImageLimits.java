package dev.dataengine.image;

/**
 * Which images may be asked about, by their size alone: known before any pixel is decoded; for
 * those who publish, ask and train alike. A 1 by 4,000,000 PNG of 15 kB would take hundreds of
 * megabytes, and nothing is to be seen on it.
 */
public final class ImageLimits {

  /** Pixels: 7,000 by 5,700. Decoded, 160 MB. */
  public static final long MOST_PIXELS = 40_000_000;

  /** Pixels of one side: what a JPEG can have. */
  public static final int LONGEST_SIDE = 65_535;

  /** Longer side by shorter. */
  public static final int WIDEST_RATIO = 200;

  private ImageLimits() {}

  /**
   * @throws IllegalArgumentException where the size breaks a limit
   */
  public static void requireSize(int width, int height) {
    if (width < 1 || height < 1) {
      throw refused(width, height, "sides of at least 1");
    }
    if (width > LONGEST_SIDE || height > LONGEST_SIDE) {
      throw refused(width, height, "sides of at most " + LONGEST_SIDE);
    }
    if ((long) width * height > MOST_PIXELS) {
      throw refused(width, height, "at most " + MOST_PIXELS + " pixels");
    }
    if (Math.max(width, height) > (long) WIDEST_RATIO * Math.min(width, height)) {
      throw refused(width, height, "sides of at most " + WIDEST_RATIO + " to 1");
    }
  }

  private static IllegalArgumentException refused(int width, int height, String expected) {
    return new IllegalArgumentException(
        "size: expected " + expected + ", got " + width + " by " + height + " pixels");
  }
}
