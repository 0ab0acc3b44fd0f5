package dev.dataengine.compose.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.compose.chaos.fault.FaultKind;
import dev.dataengine.compose.chaos.judge.Invariants;
import dev.dataengine.compose.chaos.judge.Verdict;
import dev.dataengine.compose.chaos.process.Installation;
import dev.dataengine.compose.cli.Main;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The loop as processes of its own, for a moment, while things go wrong around it. */
class ChaosIT {

  private static final long SEED = 20261125;

  /** Every kind of bad record. */
  private static final Set<String> POISON = Set.of();

  private static final Duration LASTS = Duration.ofSeconds(80);
  private static final Duration CALM = Duration.ofSeconds(30);
  private static final double ONE_PERCENT = 0.01;

  @TempDir Path directory;

  @Test
  void run_whileThingsGoWrong_whatMustHoldDoes() throws Exception {
    List<String> options =
        List.of(
            "-Xmx768m",
            "-XX:MaxDirectMemorySize=512m",
            "-XX:+UseSerialGC",
            "-Ddataengine.home=" + Path.of("..").toAbsolutePath().normalize());
    ChaosConfig config =
        new ChaosConfig(
            Installation.current(Main.class.getName(), options),
            directory,
            SEED,
            LASTS,
            CALM,
            EnumSet.allOf(FaultKind.class),
            ONE_PERCENT,
            POISON,
            List.of());
    List<String> story = new ArrayList<>();
    ChaosReport report;
    try (ChaosRun run = new ChaosRun(config, story::add)) {
      report = run.run();
    }

    String all = String.join("\n", story) + "\n" + String.join("\n", report.table());
    assertThat(report.verdicts().stream().map(Verdict::invariant))
        .containsExactlyElementsOf(Invariants.names());
    assertThat(report.verdicts()).as(all).allMatch(Verdict::holds);
    assertThat(report.servicesEnded()).as(all).isZero();
    assertThat(report.poisonDeadLettered()).as(all).isPositive();
    assertThat(report.samplesTrained()).as(all).isPositive();
  }
}
