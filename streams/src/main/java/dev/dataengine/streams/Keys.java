package dev.dataengine.streams;

import java.util.HexFormat;

/**
 * Keys of the stores: benchmark, version, and what the store is about, parted by NUL, which no id
 * may hold. Versions are sixteen hexadecimal digits, so that they sort as numbers: one range is
 * everything older than a version.
 */
final class Keys {

  static final char SEPARATOR = '\0';

  private Keys() {}

  static String of(String benchmark, long version, String rest) {
    return prefix(benchmark, version) + rest;
  }

  /** Of everything about one version. */
  static String prefix(String benchmark, long version) {
    return prefix(benchmark) + HexFormat.of().toHexDigits(version) + SEPARATOR;
  }

  /** Of everything about one benchmark. */
  static String prefix(String benchmark) {
    return benchmark + SEPARATOR;
  }

  static String benchmark(String key) {
    return key.substring(0, key.indexOf(SEPARATOR));
  }

  static long version(String key) {
    int start = key.indexOf(SEPARATOR) + 1;
    return HexFormat.fromHexDigitsToLong(key, start, start + 16);
  }

  /** What follows the version. */
  static String rest(String key) {
    return key.substring(key.indexOf(SEPARATOR) + 18);
  }
}
