package dev.dataengine.producers.generator;

import java.text.Normalizer;
import java.util.Locale;

/** Text reduced to its words, for comparisons. */
final class Words {

  private Words() {}

  /** Lower case, letters and digits only, single spaces between words. */
  static String normalised(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFKC)
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^\\p{L}\\p{N}]+", " ")
        .strip();
  }

  /** Whether the words of {@code phrase} stand in {@code text}, in order and together. */
  static boolean contains(String text, String phrase) {
    return (" " + normalised(text) + " ").contains(" " + normalised(phrase) + " ");
  }
}
