package dev.dataengine.producers.rules;

/** The nine regions of an image, a grid of three by three, in reading order. */
public enum Region {
  TOP_LEFT("top left"),
  TOP("top"),
  TOP_RIGHT("top right"),
  LEFT("left"),
  CENTER("center"),
  RIGHT("right"),
  BOTTOM_LEFT("bottom left"),
  BOTTOM("bottom"),
  BOTTOM_RIGHT("bottom right");

  private final String words;

  Region(String words) {
    this.words = words;
  }

  /** As questions and captions call it. */
  public String words() {
    return words;
  }

  /** The region of a point; points outside count for the nearest region. */
  public static Region of(double x, double y, double width, double height) {
    return values()[third(y, height) * 3 + third(x, width)];
  }

  /** How far the point is from the nearest line of the grid, as a share of the image's side. */
  static double clearance(double x, double y, double width, double height) {
    return Math.min(clearance(x / width), clearance(y / height));
  }

  private static double clearance(double share) {
    return Math.min(Math.abs(share - 1.0 / 3), Math.abs(share - 2.0 / 3));
  }

  private static int third(double place, double side) {
    return Math.max(0, Math.min(2, (int) Math.floor(place * 3 / side)));
  }
}
