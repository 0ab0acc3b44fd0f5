package dev.dataengine.compose.monitor;

import dev.dataengine.config.Secrets;
import dev.dataengine.failure.Health;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;
import org.jspecify.annotations.Nullable;

/**
 * The live table as lines of text: a pure function of the figures. Where the terminal is narrow the
 * bars go first, then change and weight; what still does not fit is cut, so that a line never
 * wraps.
 */
final class TableText {

  private static final AttributedStyle PLAIN = AttributedStyle.DEFAULT;
  private static final AttributedStyle BOLD = PLAIN.bold();
  private static final AttributedStyle FAINT = PLAIN.faint();
  private static final AttributedStyle GOOD = PLAIN.foreground(AttributedStyle.GREEN);
  private static final AttributedStyle BAD = PLAIN.foreground(AttributedStyle.RED);
  private static final AttributedStyle ACCENT = PLAIN.foreground(AttributedStyle.CYAN);
  private static final String INDENT = " ".repeat("services".length());
  private static final Set<Health.State> WITH_REASON =
      EnumSet.of(Health.State.RESTARTING, Health.State.FAILED);
  private static final int BAR = 10;
  private static final int CELL = 10;

  private final int width;

  TableText(int width) {
    this.width = Math.max(40, width);
  }

  List<AttributedString> render(
      LoopFigures figures, Map<String, Health.Status> services, Duration up) {
    List<AttributedString> lines = new ArrayList<>();
    lines.add(headline(figures, up));
    lines.add(fit(line().styled(FAINT, "─".repeat(width))));
    lines.add(accuracy(figures));
    lines.add(samples(figures));
    lines.add(AttributedString.EMPTY);
    lines.add(header(figures));
    figures.types().entrySet().stream()
        .sorted(
            Comparator.comparingDouble(
                    (Map.Entry<String, TypeFigures> e) -> -orZero(e.getValue().probability()))
                .thenComparing(Map.Entry::getKey))
        .forEach(e -> lines.add(row(figures, e.getKey(), e.getValue())));
    lines.add(AttributedString.EMPTY);
    lines.addAll(services(services));
    return lines;
  }

  private AttributedString headline(LoopFigures figures, Duration up) {
    String left = "DataEngine";
    String benchmark = figures.benchmark().map(b -> "  benchmark " + b).orElse("");
    String right = "up " + duration(up);
    int gap = Math.max(2, width - left.length() - benchmark.length() - right.length());
    return fit(
        line().styled(BOLD, left).append(benchmark).append(" ".repeat(gap)).styled(FAINT, right));
  }

  private AttributedString accuracy(LoopFigures figures) {
    AttributedStringBuilder text = line().append("model     ");
    text.styled(BOLD, String.format(Locale.ROOT, "v%-5d", figures.modelVersion()));
    if (figures.lastComplete().isEmpty()) {
      return fit(text.append("accuracy      –  ").styled(FAINT, progress(figures)));
    }
    double last = figures.lastComplete().get().accuracy();
    double first = figures.firstComplete().get().accuracy();
    text.append("accuracy ").styled(BOLD, percent(last));
    double points = (last - first) * 100;
    text.append("  ")
        .styled(
            points < 0 ? BAD : GOOD,
            String.format(
                Locale.ROOT,
                "%+.1f pts since v%d",
                points,
                figures.firstComplete().get().version()));
    text.append("  ").styled(ACCENT, Sparkline.of(series(figures), Math.max(0, width - 74)));
    return fit(text.append("  ").styled(FAINT, progress(figures)));
  }

  private static List<Double> series(LoopFigures figures) {
    return figures.versions().stream()
        .filter(VersionFigures::complete)
        .map(VersionFigures::accuracy)
        .toList();
  }

  /** How far the version in evaluation is. */
  private static String progress(LoopFigures figures) {
    if (figures.versions().isEmpty()) {
      return "waiting for results";
    }
    VersionFigures latest = figures.versions().get(figures.versions().size() - 1);
    if (latest.complete() || latest.questions() == 0) {
      return "";
    }
    return String.format(
        Locale.ROOT,
        "evaluating v%d %d %%",
        latest.version(),
        100 * latest.answered() / latest.questions());
  }

  private AttributedString samples(LoopFigures figures) {
    AttributedStringBuilder text = line().append("samples   ");
    text.styled(BOLD, count(figures.generated())).append(" generated · ");
    text.styled(BOLD, count(figures.trained())).append(" trained · ");
    text.styled(BOLD, count(figures.rejected())).append(" rejected");
    if (figures.trainingMillis() > 0) {
      text.append(" · ")
          .styled(BOLD, String.format(Locale.ROOT, "%.0f", figures.trainingSamplesPerSecond()))
          .append(" samples/s");
    }
    return fit(text.append(" · ").append(count(figures.weightUpdates())).append(" weight updates"));
  }

  private AttributedString header(LoopFigures figures) {
    return fit(
        line()
            .styled(
                FAINT,
                pad("question type", nameWidth(figures))
                    + cells("n", "error")
                    + (narrow(figures) ? "" : cells("change", "weight"))
                    + cells("probability", 13)
                    + (wide(figures) ? " ".repeat(BAR + 1) : "")
                    + cells("generated", "trained")));
  }

  private AttributedString row(LoopFigures figures, String name, TypeFigures type) {
    AttributedStringBuilder text = line().append(pad(name, nameWidth(figures)));
    text.append(cells(count(type.n()), percent(type.error())));
    if (!narrow(figures)) {
      text.styled(style(type), cells(change(type)));
      text.append(
          cells(type.weight() == null ? "–" : String.format(Locale.ROOT, "%.3f", type.weight())));
    }
    text.append(cells(percent(type.probability()), 13));
    if (wide(figures)) {
      text.append(" ").styled(ACCENT, bar(orZero(type.probability())));
    }
    return fit(text.append(cells(count(type.generated()), count(type.trained()))));
  }

  /** Whether there is room for the bars too. */
  private boolean wide(LoopFigures figures) {
    return width >= nameWidth(figures) + 6 * CELL + 13 + BAR + 1;
  }

  /** Whether change and weight must go so that the samples can stay. */
  private boolean narrow(LoopFigures figures) {
    return width < nameWidth(figures) + 6 * CELL + 13;
  }

  private static AttributedStyle style(TypeFigures type) {
    double change = orZero(type.lastError()) - orZero(type.firstError());
    return change < 0 ? GOOD : change > 0 ? BAD : PLAIN;
  }

  /** Points of error since the first version. */
  private static String change(TypeFigures type) {
    if (type.firstError() == null || type.lastError() == null) {
      return "–";
    }
    double points = (type.lastError() - type.firstError()) * 100;
    String arrow = points < 0 ? "▼" : points > 0 ? "▲" : "=";
    return String.format(Locale.ROOT, "%s %.1f", arrow, Math.abs(points));
  }

  /** As many to a line as there is room for; below, why those that failed did. */
  private List<AttributedString> services(Map<String, Health.Status> services) {
    List<AttributedString> lines = new ArrayList<>();
    AttributedStringBuilder text = line().append("services");
    for (Map.Entry<String, Health.Status> service : services.entrySet()) {
      boolean well = service.getValue().state() == Health.State.RUNNING;
      String named = service.getKey() + (well ? "" : " " + shown(service.getValue()));
      if (text.columnLength() + 4 + named.length() > width) {
        lines.add(fit(text));
        text = line().append(INDENT);
      }
      text.append("  ").styled(well ? GOOD : BAD, well ? "● " : "○ ").append(named);
    }
    lines.add(fit(text));
    services.forEach(
        (name, status) -> {
          if (WITH_REASON.contains(status.state()) && !status.detail().isEmpty()) {
            lines.add(fit(line().append(INDENT + "  " + name + ": " + reason(status))));
          }
        });
    return lines;
  }

  /** A service's state in a few words, for a line that others share. */
  static String shown(Health.Status status) {
    return status.state().name().toLowerCase(Locale.ROOT)
        + (status.state() == Health.State.WAITING ? " for " + reason(status) : "");
  }

  /** The first line of the detail, without secrets. */
  static String reason(Health.Status status) {
    return Secrets.masked(status.detail().lines().findFirst().orElse(""));
  }

  private static int nameWidth(LoopFigures figures) {
    int longest = figures.types().keySet().stream().mapToInt(String::length).max().orElse(0);
    return Math.min(28, Math.max(14, longest + 1));
  }

  private static String cells(String... texts) {
    StringBuilder cells = new StringBuilder();
    for (String text : texts) {
      cells.append(cells(text, CELL));
    }
    return cells.toString();
  }

  private static String cells(String text, int cell) {
    return " ".repeat(Math.max(1, cell - text.length())) + text;
  }

  private static String pad(String text, int cell) {
    String cut = text.length() > cell ? text.substring(0, cell - 1) + "…" : text;
    return cut + " ".repeat(cell - cut.length());
  }

  private static String bar(double fraction) {
    int eighths = (int) Math.round(Math.min(1, fraction) * BAR * 8);
    String full = "█".repeat(eighths / 8);
    String part = eighths % 8 == 0 ? "" : String.valueOf("▏▎▍▌▋▊▉".charAt(eighths % 8 - 1));
    return pad(full + part, BAR);
  }

  static String percent(@Nullable Double fraction) {
    return fraction == null ? "–" : String.format(Locale.ROOT, "%.1f %%", fraction * 100);
  }

  static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  static String duration(Duration duration) {
    long s = duration.toSeconds();
    return s >= 3600
        ? String.format(Locale.ROOT, "%d h %02d min", s / 3600, s % 3600 / 60)
        : s >= 60 ? String.format(Locale.ROOT, "%d min %02d s", s / 60, s % 60) : s + " s";
  }

  private static double orZero(@Nullable Double value) {
    return value == null ? 0 : value;
  }

  private static AttributedStringBuilder line() {
    return new AttributedStringBuilder();
  }

  private AttributedString fit(AttributedStringBuilder text) {
    return text.toAttributedString().columnSubSequence(0, width);
  }
}
