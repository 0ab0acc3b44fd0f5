package dev.dataengine.compose.chaos;

import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;

/** Lines with the time since the run began. Safe for several threads. */
final class Story {

  private final Consumer<String> lines;
  private final long begun = System.nanoTime();

  Story(Consumer<String> lines) {
    this.lines = lines;
  }

  Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  synchronized void tell(String line) {
    lines.accept(String.format(Locale.ROOT, "%6.1f  %s", elapsed().toMillis() / 1000.0, line));
  }
}
