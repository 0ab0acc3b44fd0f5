package dev.dataengine.compose.chaos.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How the command {@code dataengine} is started again from what this process was started from.
 *
 * @param java the executable
 * @param classPath as this process has it
 * @param mainClass of the command
 * @param home value of {@code dataengine.home}; the shipped model is looked for there
 */
public record Installation(String java, String classPath, String mainClass, String home) {

  /** As {@code compose/bin/dataengine} starts it. */
  private static final List<String> OPTIONS =
      List.of(
          "-Xms64m",
          "-Xmx768m",
          "-XX:MaxDirectMemorySize=512m",
          "-XX:+UseSerialGC",
          "-XX:MaxMetaspaceSize=256m",
          "-XX:ReservedCodeCacheSize=128m",
          "-Xss512k",
          "-XX:+ExitOnOutOfMemoryError");

  /** Of this process. */
  public static Installation current(String mainClass) {
    return new Installation(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        System.getProperty("java.class.path"),
        mainClass,
        System.getProperty("dataengine.home", "."));
  }

  List<String> command(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(java);
    command.addAll(OPTIONS);
    command.add("-Ddataengine.home=" + home);
    command.addAll(List.of("-cp", classPath, mainClass));
    command.addAll(arguments);
    return command;
  }
}
