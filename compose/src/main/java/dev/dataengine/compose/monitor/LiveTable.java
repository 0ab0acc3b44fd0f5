package dev.dataengine.compose.monitor;

import dev.dataengine.failure.Health;
import dev.dataengine.service.ThreadService;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.Display;
import org.jline.utils.InfoCmp;

/**
 * Shows the loop while it runs: in a terminal a table whose changed characters alone are redrawn,
 * elsewhere one line every few seconds.
 */
public final class LiveTable extends ThreadService {

  private static final Duration REDRAW = Duration.ofMillis(250);
  private static final Duration LINE = Duration.ofSeconds(5);
  private static final Set<Health.State> WORTH_TELLING =
      EnumSet.of(
          Health.State.WAITING, Health.State.RESTARTING, Health.State.FAILED, Health.State.STOPPED);

  private final LoopMonitor monitor;
  private final Supplier<Map<String, Health.Status>> services;
  private final List<String> banner;
  private final long begunNanos;
  private final boolean interactive;
  private final PrintStream out;
  private final CountDownLatch stop = new CountDownLatch(1);

  /**
   * @param services state by service
   * @param banner lines that stay on top
   * @param begunNanos {@link System#nanoTime} of the start
   * @param interactive whether the output is a terminal
   */
  public LiveTable(
      LoopMonitor monitor,
      Supplier<Map<String, Health.Status>> services,
      List<String> banner,
      long begunNanos,
      boolean interactive,
      PrintStream out) {
    super("live-table");
    this.monitor = monitor;
    this.services = services;
    this.banner = List.copyOf(banner);
    this.begunNanos = begunNanos;
    this.interactive = interactive;
    this.out = out;
  }

  @Override
  protected void run() throws Exception {
    if (interactive) {
      try (Terminal terminal = terminal()) {
        redraw(terminal);
      }
    } else {
      while (pause(LINE)) {
        out.println(summary(monitor.figures(), services.get(), elapsed()));
      }
      out.println(summary(monitor.figures(), services.get(), elapsed()));
    }
  }

  /** Whether the standard output is a terminal that a table can be drawn in. */
  public static boolean isTerminal() {
    try (Terminal terminal = terminal()) {
      return !terminal.getType().startsWith(Terminal.TYPE_DUMB);
    } catch (IOException e) {
      return false;
    }
  }

  private static Terminal terminal() throws IOException {
    // lines are drawn in Unicode; the terminal's other character set shows as letters in some
    System.setProperty("org.jline.utils.disableAlternateCharset", "true");
    return TerminalBuilder.builder()
        .system(true)
        .systemOutput(TerminalBuilder.SystemOutput.SysOut)
        .dumb(true)
        .nativeSignals(false)
        .build();
  }

  private void redraw(Terminal terminal) throws InterruptedException {
    Display display = new Display(terminal, false);
    terminal.puts(InfoCmp.Capability.cursor_invisible);
    do {
      Size size = terminal.getSize();
      int columns = size.getColumns() > 0 ? size.getColumns() : 100;
      int rows = size.getRows() > 0 ? size.getRows() : 40;
      display.resize(rows, columns);
      List<AttributedString> lines = new ArrayList<>();
      banner.forEach(line -> lines.add(new AttributedString(line).columnSubSequence(0, columns)));
      // a line as wide as the terminal would wrap on some
      lines.addAll(new TableText(columns - 1).render(monitor.figures(), services.get(), elapsed()));
      display.update(lines.subList(0, Math.min(lines.size(), rows - 1)), 0);
    } while (pause(REDRAW));
    terminal.puts(InfoCmp.Capability.cursor_visible);
    terminal.writer().println();
    terminal.flush();
  }

  /** False once it should stop. */
  private boolean pause(Duration time) throws InterruptedException {
    return !stop.await(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  protected void wake() {
    stop.countDown();
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - begunNanos);
  }

  static String summary(LoopFigures figures, Map<String, Health.Status> services, Duration up) {
    String weakest =
        figures.types().entrySet().stream()
            .filter(e -> e.getValue().error() != null)
            .max(java.util.Comparator.comparingDouble(e -> orZero(e.getValue().error())))
            .map(e -> e.getKey() + " " + TableText.percent(e.getValue().error()))
            .orElse("–");
    return String.format(
        Locale.ROOT,
        "%5d s  v%d  accuracy %s  results %s  generated %s  trained %s  rejected %s"
            + "  weakest %s%s",
        up.toSeconds(),
        figures.modelVersion(),
        TableText.percent(figures.lastComplete().map(VersionFigures::accuracy).orElse(null)),
        TableText.count(figures.results()),
        TableText.count(figures.generated()),
        TableText.count(figures.trained()),
        TableText.count(figures.rejected()),
        weakest,
        services.entrySet().stream()
            .filter(service -> WORTH_TELLING.contains(service.getValue().state()))
            .map(service -> "  " + service.getKey() + " " + told(service.getValue()))
            .collect(Collectors.joining()));
  }

  private static String told(Health.Status status) {
    boolean reason = status.state() != Health.State.WAITING && !status.detail().isEmpty();
    return TableText.shown(status) + (reason ? " (" + TableText.reason(status) + ")" : "");
  }

  private static double orZero(@org.jspecify.annotations.Nullable Double value) {
    return value == null ? 0 : value;
  }
}
