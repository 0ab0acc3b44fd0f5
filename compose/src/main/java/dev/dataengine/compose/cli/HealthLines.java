package dev.dataengine.compose.cli;

import dev.dataengine.config.Secrets;
import dev.dataengine.failure.Health;
import java.io.PrintWriter;

/** Tells on the terminal where a service is in its life, a line for each change. */
final class HealthLines {

  private final String name;
  private final Health health;
  private final PrintWriter out;
  private String last = "";

  HealthLines(String name, Health health, PrintWriter out) {
    this.name = name;
    this.health = health;
    this.out = out;
  }

  /** Prints the state, unless it is the one printed last. */
  void print() {
    String line = name + " " + text(health.status());
    if (!line.equals(last)) {
      out.println(line);
      out.flush();
      last = line;
    }
  }

  static String text(Health.Status status) {
    return switch (status.state()) {
      case STARTING -> "starts";
      case RUNNING -> "runs";
      case WAITING -> "waits for " + reason(status);
      case RESTARTING -> "failed and is started again: " + reason(status);
      case STOPPED -> "stopped";
      case FAILED -> "failed: " + reason(status);
    };
  }

  private static String reason(Health.Status status) {
    return Secrets.masked(status.detail().lines().findFirst().orElse(""));
  }
}
