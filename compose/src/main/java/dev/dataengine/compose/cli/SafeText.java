package dev.dataengine.compose.cli;

import dev.dataengine.config.Secrets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Text for the user without the secrets that the command line and the environment brought. */
final class SafeText {

  private final List<String> secrets;

  SafeText(List<String> arguments, Map<String, String> environment) {
    Stream<String> set =
        arguments.stream()
            .filter(argument -> argument.indexOf('=') > 0)
            .filter(
                argument -> Secrets.isSecret(argument.substring(0, argument.indexOf('=')).strip()))
            .map(argument -> argument.substring(argument.indexOf('=') + 1));
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

  String of(String text) {
    String safe = text;
    for (String secret : secrets) {
      safe = safe.replace(secret, Secrets.MASK);
    }
    return Secrets.masked(safe);
  }
}
