package dev.dataengine.failure;

/** The beginning of a text that came from outside, for a message: it may be of any length. */
public final class Excerpt {
  private static final int LONGEST = 100;

  private Excerpt() {}

  /** At most so many characters, and an ellipsis where there are more. */
  public static String of(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
  }
}
