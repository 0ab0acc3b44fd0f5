package dev.dataengine.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dataengine.failure.Health;
import dev.dataengine.failure.MisconfiguredException;
import dev.dataengine.failure.Restarts;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ThreadServiceTest {

  private static final Duration SOON = Duration.ofMillis(1);

  /** Fails as it is told, then runs until it is stopped. */
  private static final class Failing extends ThreadService {
    private final Queue<Throwable> failures;
    private final Queue<Health.State> before = new ConcurrentLinkedQueue<>();
    private final CountDownLatch ready = new CountDownLatch(1);
    private final CountDownLatch woken = new CountDownLatch(1);

    Failing(int restarts, Throwable... failures) {
      super("failing", new Restarts(restarts, Duration.ofHours(1), SOON, SOON));
      this.failures = new ArrayDeque<>(List.of(failures));
    }

    @Override
    protected void run() throws Exception {
      before.add(health().status().state());
      Throwable failure = failures.poll();
      if (failure instanceof Error error) {
        throw error;
      }
      if (failure != null) {
        throw (Exception) failure;
      }
      isReady();
      ready.countDown();
      woken.await();
    }

    @Override
    protected void wake() {
      woken.countDown();
    }
  }

  @Test
  void run_thatFails_isRunAgainAndToldSo() throws Exception {
    try (Failing service =
        new Failing(3, new IllegalStateException("first"), new StackOverflowError("second"))) {
      service.start();
      service.ready.await();

      assertThat(service.before)
          .containsExactly(Health.State.STARTING, Health.State.RESTARTING, Health.State.RESTARTING);
      assertThat(service.health().status())
          .isEqualTo(new Health.Status(Health.State.RUNNING, "", 2, 0));
    }
  }

  @Test
  void run_thatFailsOftenerThanAllowed_endsTheServiceWithTheCause() {
    Failing service =
        new Failing(
            2,
            new IllegalStateException("1"),
            new IllegalStateException("2"),
            new IllegalStateException("3"));
    service.start();

    assertThatThrownBy(() -> service.termination().get(20, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasRootCauseMessage("3");
    assertThat(service.before).hasSize(3);
    assertThat(service.health().status().state()).isEqualTo(Health.State.FAILED);
    assertThat(service.health().status().detail()).isEqualTo("3");
  }

  @Test
  void run_partAway_isRunAgainHoweverOften() throws Exception {
    try (Failing service =
        new Failing(
            0, new TimeoutException("1"), new TimeoutException("2"), new TimeoutException("3"))) {
      service.start();
      service.ready.await();

      assertThat(service.before)
          .containsExactly(
              Health.State.STARTING,
              Health.State.WAITING,
              Health.State.WAITING,
              Health.State.WAITING);
      assertThat(service.health().status().restarts()).isZero();
    }
  }

  @Test
  void run_misconfigured_endsAtOnce() {
    Failing service = new Failing(9, new MisconfiguredException("restore that directory"));
    service.start();

    assertThatThrownBy(() -> service.termination().get(20, TimeUnit.SECONDS))
        .hasRootCauseMessage("restore that directory");
    assertThat(service.before).hasSize(1);
    assertThat(service.health().status().state()).isEqualTo(Health.State.FAILED);
  }

  @Test
  void close_whileItWaitsForARestart_stopsItWithoutAFailure() throws Exception {
    Failing service = new Failing(9, new IllegalStateException("first"));
    service.start();

    service.close();

    service.termination().get(20, TimeUnit.SECONDS);
    assertThat(service.health().status().state()).isEqualTo(Health.State.STOPPED);
  }
}
