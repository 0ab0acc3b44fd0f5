package dev.dataengine.streams;

import dev.dataengine.events.EvaluationResult;
import java.util.HexFormat;

/**
 * Keys of the stores: benchmark and model, then what the entry is about, parted by NUL, which no id
 * may hold. Versions are sixteen hexadecimal digits, so that they sort as numbers.
 */
final class Keys {

  static final char SEPARATOR = '\0';

  private static final String QUESTION = "q";
  private static final String CLOSED = "v";

  private Keys() {}

  /** Of a benchmark and a model: weights, and all that leads to them, belong to both. */
  static String pair(String benchmark, String model) {
    return benchmark + SEPARATOR + model;
  }

  static String pair(EvaluationResult result) {
    return pair(result.getBenchmark(), result.getModel());
  }

  static String benchmark(String pair) {
    return pair.substring(0, pair.indexOf(SEPARATOR));
  }

  static String model(String pair) {
    return pair.substring(pair.indexOf(SEPARATOR) + 1);
  }

  static String question(String pair, String question) {
    return QUESTION + SEPARATOR + pair + SEPARATOR + question;
  }

  /** Of all questions of a benchmark and model. */
  static String questions(String pair) {
    return QUESTION + SEPARATOR + pair + SEPARATOR;
  }

  static String closed(String pair, long version) {
    return CLOSED + SEPARATOR + pair + SEPARATOR + HexFormat.of().toHexDigits(version);
  }

  /** Benchmark and model of a key of the store of answers. */
  static String pairOf(String key) {
    int benchmark = key.indexOf(SEPARATOR) + 1;
    int model = key.indexOf(SEPARATOR, benchmark) + 1;
    return key.substring(benchmark, key.indexOf(SEPARATOR, model));
  }

  /** The version that the key of a closed version ends with. */
  static long versionOf(String key) {
    return HexFormat.fromHexDigitsToLong(key, key.length() - 16, key.length());
  }

  /** Of a partial sum. */
  static String partial(String pair, long version, int partition) {
    return partials(pair, version) + HexFormat.of().toHexDigits(partition);
  }

  static String partials(String pair, long version) {
    return pair + SEPARATOR + HexFormat.of().toHexDigits(version) + SEPARATOR;
  }
}
