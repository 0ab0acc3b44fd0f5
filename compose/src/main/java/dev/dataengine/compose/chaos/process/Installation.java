package dev.dataengine.compose.chaos.process;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How the command {@code dataengine} is started again from what this process was started from.
 *
 * @param java the executable
 * @param options of the virtual machine
 * @param classPath as this process has it
 * @param mainClass of the command
 */
public record Installation(String java, List<String> options, String classPath, String mainClass) {

  public Installation {
    options = List.copyOf(options);
  }

  /** As this process was started, but for what watches it. */
  public static Installation current(String mainClass) {
    return current(
        mainClass,
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(option -> !option.startsWith("-agent") && !option.startsWith("-javaagent"))
            .toList());
  }

  /** The same with other options of the virtual machine. */
  public static Installation current(String mainClass, List<String> options) {
    return new Installation(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        options,
        System.getProperty("java.class.path"),
        mainClass);
  }

  List<String> command(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(java);
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, mainClass));
    command.addAll(arguments);
    return command;
  }
}
