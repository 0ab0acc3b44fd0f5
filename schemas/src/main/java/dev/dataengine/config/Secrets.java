package dev.dataengine.config;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;

/**
 * What must not be shown: values of keys that are secret, and the secrets in a text that was made
 * elsewhere.
 */
public final class Secrets {

  /** Stands for a secret. */
  public static final String MASK = "***";

  /** Ends, or begins the end, of the name of a secret. */
  private static final String NAMES =
      "password|passwd|passphrase|secret|token|jaas|jaas[._-]config|credentials?|user[._-]?info"
          + "|api[._-]?key|access[._-]?key|private[._-]?key|keystore[._-]key";

  private static final Pattern NAME =
      Pattern.compile(
          "(?:.*[._\\-\\s])?(?:" + NAMES + ")|.*(?:password|passphrase|secret|jaas|credential).*",
          Pattern.CASE_INSENSITIVE);

  /** {@code name=value} and {@code "name": "value"} in running text. */
  private static final Pattern ASSIGNED =
      Pattern.compile(
          "((?<![A-Za-z0-9])(?:"
              + NAMES
              + ")[\"']?\\s*[=:]\\s*)"
              + "(\"(?:[^\"\\\\]|\\\\.)*\"?|'[^']*'?|[^\\s,;}\\])\"']+)",
          Pattern.CASE_INSENSITIVE);

  /** User and password before a host. */
  private static final Pattern USER_INFO = Pattern.compile("(?<=://)[^\\s'\"]+(?=@)");

  /** The same in a value that should be an address, but may lack its scheme. */
  private static final Pattern USER_INFO_OF_VALUE = Pattern.compile("^(.*?://)?.*(?=@)");

  /** What Kafka's clients take as passwords; some, as certificates, have no telling name. */
  private static final Set<String> KAFKA =
      Stream.of(
              ConsumerConfig.configDef(), ProducerConfig.configDef(), AdminClientConfig.configDef())
          .flatMap(definition -> definition.configKeys().values().stream())
          .filter(key -> key.type() == ConfigDef.Type.PASSWORD)
          .map(key -> key.name)
          .collect(Collectors.toUnmodifiableSet());

  private Secrets() {}

  /** Whether a key's value is a secret by its name. */
  public static boolean isSecret(String key) {
    return NAME.matcher(key).matches() || KAFKA.stream().anyMatch(known -> endsWith(key, known));
  }

  private static boolean endsWith(String key, String known) {
    return key.equals(known) || key.endsWith("." + known);
  }

  /**
   * A key as it may be shown: what stands behind a character that no key has may be a value that
   * was written as part of it.
   */
  public static String shownKey(String key) {
    return key.replaceAll("(?s)[^A-Za-z0-9._-].*", "…");
  }

  /** The value as it may be shown. */
  public static String shown(String key, Object value) {
    return isSecret(key)
        ? MASK
        : masked(USER_INFO_OF_VALUE.matcher(String.valueOf(value)).replaceFirst("$1" + MASK));
  }

  /** Settings as they may be shown, by name. */
  public static Map<String, String> shown(Map<String, String> settings) {
    Map<String, String> shown = new TreeMap<>();
    settings.forEach((key, value) -> shown.put(key, shown(key, value)));
    return shown;
  }

  /** A text, for example of a failure, without the secrets that can be recognised in it. */
  public static String masked(String text) {
    return USER_INFO.matcher(ASSIGNED.matcher(text).replaceAll("$1" + MASK)).replaceAll(MASK);
  }
}
