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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What must hold, over many seeds; a seed that fails is told with its story. */
class SimulationIT {

  private static final int SEEDS = 1_000;

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

  /** Or a seed that fails could not be looked into. */
  @ParameterizedTest
  @ValueSource(longs = {3, 7, 20, 1_234_567_890_123L})
  void seed_again_isTheSameRunToTheLastLine(long seed) throws Exception {
    Simulation.Outcome first = Seeds.run(seed);
    Simulation.Outcome second = Seeds.run(seed);

    assertThat(second.story()).containsExactlyElementsOf(first.story());
    assertThat(second.verdicts().all()).isEqualTo(first.verdicts().all());
    assertThat(first.story()).hasSizeGreaterThan(20);
  }

  @Test
  void seeds_differ_runsDo() throws Exception {
    assertThat(Seeds.run(1).story().subList(1, 10))
        .isNotEqualTo(Seeds.run(5).story().subList(1, 10));
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
