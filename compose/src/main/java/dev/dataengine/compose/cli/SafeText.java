package dev.dataengine.compose.cli;

import dev.dataengine.config.Secrets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Text for the user without the secrets that the command line and the environment brought. */
final class SafeText {

  private final List<String> secrets;

  SafeText(List<String> arguments, Map<String, String> environment) {
    Stream<String> set = arguments.stream().flatMap(SafeText::assigned);
    Stream<String> exported =
        environment.entrySet().stream()
            .filter(variable -> variable.getKey().startsWith("DATAENGINE_"))
            .filter(variable -> Secrets.isSecret(variable.getKey()))
            .map(Map.Entry::getValue);
    secrets =
        Stream.concat(set, exported)
            .filter(secret -> !secret.isBlank())
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList();
  }

  /** What stands behind the name of a secret, also where an option is written before it. */
  private static Stream<String> assigned(String argument) {
    return IntStream.range(1, argument.length())
        .filter(i -> argument.charAt(i) == '=')
        .filter(i -> Secrets.isSecret(lastName(argument.substring(0, i))))
        .mapToObj(i -> argument.substring(i + 1));
  }

  private static String lastName(String names) {
    return names.substring(names.lastIndexOf('=') + 1).strip();
  }

  String of(String text) {
    String safe = text;
    for (String secret : secrets) {
      safe = safe.replace(secret, Secrets.MASK);
    }
    return Secrets.masked(safe);
  }
}
