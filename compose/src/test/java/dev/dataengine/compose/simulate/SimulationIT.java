package dev.dataengine.compose.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What must hold, over many seeds; a seed that fails is told with its story. */
class SimulationIT {

  private static final int SEEDS = 40;

  private final Logger logger = (Logger) LoggerFactory.getLogger("dev.dataengine");
  private @Nullable Level before;

  /** What is simulated fails thousands of times. */
  @BeforeEach
  void silence() {
    before = logger.getLevel();
    logger.setLevel(Level.OFF);
  }

  @AfterEach
  void logAgain() {
    logger.setLevel(before);
  }

  @Test
  void seeds_whateverHappens_everyInvariantHoldsAndIsChecked() throws Exception {
    Seeds run = Seeds.run(1, SEEDS);

    assertThat(run.failed()).as(stories(run)).isEmpty();
    Map<Invariant, Verdicts.Verdict> all = run.verdicts().all();
    assertThat(all).allSatisfy((invariant, verdict) -> assertThat(verdict.checked()).isPositive());
  }

  private static String stories(Seeds run) {
    return run.failed().stream()
        .map(
            failed ->
                "seed %d: %s%n%s"
                    .formatted(
                        failed.seed(),
                        failed.verdicts().violations(),
                        String.join(System.lineSeparator(), failed.story())))
        .collect(Collectors.joining(System.lineSeparator()));
  }
}
