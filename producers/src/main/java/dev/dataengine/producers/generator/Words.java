package dev.dataengine.producers.generator;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/** Text reduced to its words, for comparisons. */
final class Words {

  private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}\\p{N}]+");

  private Words() {}

  /** Lower case, letters and digits only, single spaces between words. */
  static String normalised(String text) {
    String lower = Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    return BETWEEN_WORDS.matcher(lower).replaceAll(" ").strip();
  }

  /** Whether the words of {@code phrase} stand in {@code text}, in order and together. */
  static boolean contains(String text, String phrase) {
    return (" " + normalised(text) + " ").contains(" " + normalised(phrase) + " ");
  }
}
