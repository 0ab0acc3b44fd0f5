package dev.dataengine.compose.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.failure.Health;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jline.utils.AttributedString;
import org.junit.jupiter.api.Test;

final class TableTextTest {

  @Test
  void render_runningLoop_isTheTableThatItWas() {
    assertThat(text(120))
        .isEqualTo(
            """
            DataEngine  benchmark scenes                                                                               up 1 h 02 min
            ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
            model     v2    accuracy 75.0 %  +25.0 pts since v0  ▁█  evaluating v2 50 %
            samples   1,234 generated · 64 trained · 1 rejected · 64 samples/s · 7 weight updates

            question type                  n     error    change    weight  probability            generated   trained
            object_localization            1     0.0 %    ▼ 50.0     0.450       90.0 % █████████      1,234        64
            attribute_recognition          0         –     = 0.0     0.050       10.0 % █                  0         0

            services  ● broker  ○ trainer failed
            """);
  }

  @Test
  void render_eightyColumns_keepsTheSamples() {
    assertThat(text(80))
        .contains("question type                  n     error  probability generated   trained\n")
        .contains("object_localization            1     0.0 %       90.0 %     1,234        64\n");
  }

  @Test
  void render_anyWidth_noLineIsWider() {
    for (int width = 40; width < 200; width += 7) {
      int limit = width;
      assertThat(lines(width)).allMatch(line -> line.columnLength() <= limit);
    }
  }

  @Test
  void render_nothingYet_saysWhatItWaitsFor() {
    assertThat(
            new TableText(120)
                .render(new LoopState().figures(), Map.of(), Duration.ZERO).stream()
                    .map(AttributedString::toString))
        .anyMatch(line -> line.contains("waiting for results"));
  }

  @Test
  void render_moreServicesThanALineHolds_goesOnBelow() {
    Map<String, Health.Status> services = new LinkedHashMap<>();
    for (String name : List.of("broker", "registry", "image-publisher", "evaluator", "trainer")) {
      services.put(name, status(Health.State.RUNNING, ""));
    }

    assertThat(
            new TableText(44)
                .render(figures(), services, Duration.ZERO).stream()
                    .map(line -> line.toString().stripTrailing()))
        .endsWith(
            "services  ● broker  ● registry",
            "          ● image-publisher  ● evaluator",
            "          ● trainer");
  }

  @Test
  void summary_withoutTerminal_isOneLine() {
    assertThat(LiveTable.summary(figures(), Map.of(), Duration.ofSeconds(75)))
        .isEqualTo(
            "   75 s  v2  accuracy 75.0 %  results 5  generated 1,234  trained 64  rejected 1"
                + "  weakest object_localization 0.0 %");
  }

  @Test
  void render_servicesThatDoNotRun_sayWhatTheyWaitForAndWhyTheyFailed() {
    assertThat(
            new TableText(120)
                .render(figures(), troubled(), Duration.ZERO).stream()
                    .map(line -> line.toString().stripTrailing()))
        .endsWith(
            "services  ● weights  ○ generator waiting for the broker  ○ trainer restarting"
                + "  ○ evaluator failed",
            "          trainer: no disk, password=***",
            "          evaluator: base differs");
  }

  @Test
  void summary_servicesThatDoNotRun_areTold() {
    assertThat(LiveTable.summary(figures(), troubled(), Duration.ofSeconds(75)))
        .endsWith(
            "0.0 %  generator waiting for the broker  trainer restarting (no disk, password=***)"
                + "  evaluator failed (base differs)");
  }

  private static Map<String, Health.Status> troubled() {
    Map<String, Health.Status> services = new LinkedHashMap<>();
    services.put("weights", status(Health.State.RUNNING, ""));
    services.put("generator", status(Health.State.WAITING, "the broker"));
    services.put("trainer", status(Health.State.RESTARTING, "no disk, password=hunter2\nmore"));
    services.put("evaluator", status(Health.State.FAILED, "base differs"));
    return services;
  }

  private static Health.Status status(Health.State state, String detail) {
    return new Health.Status(state, detail, 0, 0);
  }

  private static String text(int width) {
    return lines(width).stream()
        .map(line -> line.toString().stripTrailing() + "\n")
        .collect(Collectors.joining());
  }

  private static List<AttributedString> lines(int width) {
    Map<String, Health.Status> services = new LinkedHashMap<>();
    services.put("broker", status(Health.State.RUNNING, ""));
    services.put("trainer", status(Health.State.FAILED, ""));
    return new TableText(width).render(figures(), services, Duration.ofSeconds(3_725));
  }

  private static LoopFigures figures() {
    LoopState state = new LoopState();
    state.apply(Events.stats(0, "object_localization", 1, 1, 2));
    state.apply(Events.stats(0, "attribute_recognition", 1, 0, 2));
    state.apply(Events.stats(1, "object_localization", 1, 0.5, 2));
    state.apply(Events.stats(1, "attribute_recognition", 1, 0, 2));
    state.apply(Events.stats(2, "object_localization", 1, 0, 2));
    state.apply(
        Events.weights(7, Map.of("object_localization", 0.9, "attribute_recognition", 0.1)));
    for (int i = 0; i < 1_234; i++) {
      state.apply(Events.sample("object_localization"));
    }
    state.apply(Events.rejected());
    state.apply(Events.version(2, Map.of("object_localization", 64L), 1_000));
    return state.figures();
  }
}
