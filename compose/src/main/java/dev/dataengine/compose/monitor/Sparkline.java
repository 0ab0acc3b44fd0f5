package dev.dataengine.compose.monitor;

import java.util.List;
import java.util.stream.Collectors;

/** A series as one line of blocks, scaled from its least to its greatest value (Tufte, 2006). */
final class Sparkline {

  private static final String LEVELS = "▁▂▃▄▅▆▇█";

  private Sparkline() {}

  /** The last values that fit into the width; empty where there are none. */
  static String of(List<Double> series, int width) {
    List<Double> shown = series.subList(Math.max(0, series.size() - width), series.size());
    double least = shown.stream().mapToDouble(v -> v).min().orElse(0);
    double range = shown.stream().mapToDouble(v -> v).max().orElse(0) - least;
    return shown.stream()
        .map(v -> range == 0 ? 3 : (int) Math.round((v - least) / range * (LEVELS.length() - 1)))
        .map(level -> LEVELS.substring(level, level + 1))
        .collect(Collectors.joining());
  }
}
