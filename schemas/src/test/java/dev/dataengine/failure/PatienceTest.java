package dev.dataengine.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What others see of a service while it waits, and when it has waited. */
class PatienceTest {

  private final Health health = new Health();
  private final List<String> seen = new ArrayList<>();
  private final Patience patience =
      new Patience(
          () -> true,
          health,
          (time, running) -> {
            seen.add(health.status().toString());
            return true;
          });
  private int calls;

  @BeforeEach
  void isStarting() {
    assertThat(health.status().state()).isEqualTo(Health.State.STARTING);
  }

  @Test
  void waitedOutOnTheWayUp_isNotRunningYet() throws Exception {
    waitOut();

    assertThat(seen).containsExactly("waiting for the broker", "waiting for the broker");
    assertThat(health.status()).isEqualTo(new Health.Status(Health.State.STARTING, "", 0, 1));
  }

  @Test
  void waitedOutAtWork_isRunningAgain() throws Exception {
    health.running();

    waitOut();

    assertThat(health.status()).isEqualTo(new Health.Status(Health.State.RUNNING, "", 0, 1));
  }

  @Test
  void endedForWantOfAPart_isStartingWhenThatIsThere() throws Exception {
    health.running();
    health.waitingToStart("the registry");

    waitOut();

    assertThat(health.status().state()).isEqualTo(Health.State.STARTING);
  }

  @Test
  void failedAndStartedAgain_isNotRunningBecauseItWaited() throws Exception {
    health.running();
    health.restarting("it broke");

    waitOut();

    assertThat(health.status()).isEqualTo(new Health.Status(Health.State.STARTING, "", 1, 1));
  }

  private void waitOut() throws Exception {
    patience.waitOut(
        "the broker",
        () -> {
          if (++calls <= 2) {
            throw new TimeoutException("no answer");
          }
        });
  }
}
