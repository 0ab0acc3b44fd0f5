package dev.dataengine.workers.pretrain;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The byte-level alphabet and word pattern of GPT-2's tokenizer, which the ByteLevel pre-tokenizer
 * of {@code tokenizer.json} names: every byte has a printable character, and text is cut into words
 * that keep the space before them.
 */
final class ByteLevel {

  private static final Pattern WORD =
      Pattern.compile(
          "'(?:s|t|re|ve|m|ll|d)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+");

  private static final char[] ALPHABET = alphabet();

  private ByteLevel() {}

  private static char[] alphabet() {
    char[] alphabet = new char[256];
    char next = 256;
    for (int b = 0; b < 256; b++) {
      boolean printable = (b >= '!' && b <= '~') || (b >= 0xa1 && b <= 0xac) || b >= 0xae;
      alphabet[b] = printable ? (char) b : next++;
    }
    return alphabet;
  }

  /** The characters that stand for the bytes 0 to 255. */
  static List<String> characters() {
    List<String> characters = new ArrayList<>();
    for (char c : ALPHABET) {
      characters.add(String.valueOf(c));
    }
    return characters;
  }

  /** The words of a text, each as a sequence of the alphabet's characters. */
  static List<List<String>> words(String text) {
    List<List<String>> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(text);
    while (matcher.find()) {
      List<String> word = new ArrayList<>();
      for (byte b : matcher.group().getBytes(StandardCharsets.UTF_8)) {
        word.add(String.valueOf(ALPHABET[b & 0xff]));
      }
      words.add(word);
    }
    return words;
  }
}
