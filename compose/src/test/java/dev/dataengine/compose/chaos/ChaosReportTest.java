package dev.dataengine.compose.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dataengine.compose.chaos.judge.Verdict;
import dev.dataengine.compose.chaos.process.Installation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChaosReportTest {

  @TempDir Path directory;

  private static ChaosReport report(int ended, Verdict... verdicts) {
    return new ChaosReport(7, Map.of("kill", 3), List.of(verdicts), 10, 9, 420, 419, 64, 32, ended);
  }

  @Test
  void isGreen_onlyWhereEverythingHoldsAndNothingEnded() {
    Verdict holds = new Verdict("NoSampleLost", 5, List.of());

    assertThat(report(0, holds).isGreen()).isTrue();
    assertThat(report(1, holds).isGreen()).isFalse();
    assertThat(report(0, holds, new Verdict("Other", 5, List.of("broken"))).isGreen()).isFalse();
    assertThat(report(0, holds, new Verdict("Unchecked", 0, List.of())).isGreen()).isFalse();
  }

  @Test
  void write_hasEveryFigure() throws Exception {
    Path file = directory.resolve("r.json");
    report(1, new Verdict("NoSampleLost", 5, List.of("sample 1", "sample 2"))).write(file);

    JsonNode json = new ObjectMapper().readTree(file.toFile());

    assertThat(json.get("faults").get("kill").asInt()).isEqualTo(3);
    assertThat(json.get("invariants").get("NoSampleLost").get("checked").asInt()).isEqualTo(5);
    assertThat(json.get("invariants").get("NoSampleLost").get("violations").asInt()).isEqualTo(2);
    assertThat(json.get("violations").get("NoSampleLost").get(1).asText()).isEqualTo("sample 2");
    assertThat(json.get("poison_sent").asInt()).isEqualTo(10);
    assertThat(json.get("poison_dead_lettered").asInt()).isEqualTo(9);
    assertThat(json.get("results_sent").asInt()).isEqualTo(420);
    assertThat(json.get("results_counted").asInt()).isEqualTo(419);
    assertThat(json.get("samples_written").asInt()).isEqualTo(64);
    assertThat(json.get("samples_trained").asInt()).isEqualTo(32);
    assertThat(json.get("services_ended").asInt()).isEqualTo(1);
  }

  @Test
  void table_namesWhatIsBroken() {
    assertThat(report(0, new Verdict("NoSampleLost", 5, List.of("sample 1"))).table())
        .anyMatch(line -> line.startsWith("NoSampleLost") && line.endsWith("!"))
        .contains("! NoSampleLost: sample 1");
  }

  @Test
  void config_thatCannotBeRun_isRefused() {
    assertThatThrownBy(() -> config(Duration.ofSeconds(50), 0.01, Set.of()))
        .hasMessage("expected at least 70 s, of which the last 40 are calm; got 50 s");
    assertThatThrownBy(() -> config(Duration.ofMinutes(3), 0.6, Set.of()))
        .hasMessageContaining("expected a share of 0 to 0.5, got 0.6");
    assertThatThrownBy(() -> config(Duration.ofMinutes(3), 0.01, Set.of("arsenic")))
        .hasMessageContaining("'arsenic'")
        .hasMessageContaining("random-bytes");
  }

  private ChaosConfig config(Duration lasts, double poison, Set<String> kinds) {
    return new ChaosConfig(
        new Installation("java", List.of(), "", "Main"),
        directory,
        1,
        lasts,
        Duration.ofSeconds(40),
        Set.of(),
        poison,
        kinds,
        List.of());
  }
}
