package dev.dataengine.config;

import java.util.List;

/**
 * A key set on the command line.
 *
 * @param origin how it was given, without its value: {@code --set broker.port}, {@code --port}
 */
public record Flag(String origin, String key, String value) {

  /** An option that stands for a key. */
  public static Flag of(String option, String key, Object value) {
    return new Flag(option, key, value.toString());
  }

  /**
   * What {@code --set} was given, in order.
   *
   * @throws ConfigException where one has no key or no value; it does not show the text, which may
   *     be a secret
   */
  public static List<Flag> settings(List<String> texts) {
    for (int i = 0; i < texts.size(); i++) {
      if (texts.get(i).indexOf('=') < 1) {
        throw new ConfigException(
            (texts.size() == 1 ? "--set" : "--set number " + (i + 1))
                + ": expected KEY=VALUE, got "
                + (texts.get(i).isEmpty() ? "nothing" : "a text without a key before '='"));
      }
    }
    return texts.stream().map(Flag::setting).toList();
  }

  private static Flag setting(String text) {
    int equals = text.indexOf('=');
    String key = text.substring(0, equals).strip();
    return new Flag("--set " + Secrets.shownKey(key), key, text.substring(equals + 1));
  }

  /** Without the value, which may be a secret. */
  @Override
  public String toString() {
    return origin;
  }
}
