package dev.dataengine.compose.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.failure.Health;
import dev.dataengine.failure.MisconfiguredException;
import dev.dataengine.failure.Restarts;
import dev.dataengine.service.ThreadService;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoopTest {

  private final Loop loop = new Loop();

  @AfterEach
  void stop() {
    loop.close();
  }

  /** Runs until it is stopped, after what a test has it do first. */
  private static final class Scripted extends ThreadService {

    private final Work first;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private int runs;

    /** What a run begins with. */
    interface Work {
      void begin(Scripted service, int run) throws Exception;
    }

    Scripted(String name, Work first) {
      super(
          name, new Restarts(2, Duration.ofMinutes(1), Duration.ofMillis(1), Duration.ofMillis(2)));
      this.first = first;
    }

    @Override
    protected void run() throws Exception {
      first.begin(this, ++runs);
      isReady();
      stopped.await();
    }

    void waitForTheBroker(CountDownLatch there) throws Exception {
      patience()
          .waitOut(
              "the broker",
              () -> {
                if (there.getCount() > 0) {
                  throw new TimeoutException("away");
                }
              });
    }

    @Override
    protected void wake() {
      stopped.countDown();
    }
  }

  @Test
  void states_serviceThatWaits_saysForWhatAndRunsOnceItIsThere() {
    CountDownLatch broker = new CountDownLatch(1);
    loop.start(List.of(new Scripted("waits", (service, run) -> service.waitForTheBroker(broker))));

    await("waits", Health.State.WAITING);
    assertThat(status("waits").detail()).isEqualTo("the broker");

    broker.countDown();
    await("waits", Health.State.RUNNING);
    assertThat(status("waits").outages()).isEqualTo(1);
    assertThat(loop.endedUnasked()).isEmpty();
  }

  @Test
  void states_serviceThatFailsOnce_isRestartedAndRuns() {
    loop.start(
        List.of(
            new Scripted(
                "fails",
                (service, run) -> {
                  if (run == 1) {
                    throw new IllegalStateException("once");
                  }
                })));

    await("fails", Health.State.RUNNING);

    assertThat(status("fails").restarts()).isEqualTo(1);
    assertThat(loop.failures()).isEmpty();
    assertThat(loop.anyEnded()).isNotDone();
  }

  @Test
  void endedUnasked_servicesThatWereGivenUp_areCountedAndTheOthersGoOn() {
    loop.start(
        List.of(
            new Scripted("runs", (service, run) -> {}),
            new Scripted(
                "misconfigured",
                (service, run) -> {
                  throw new MisconfiguredException("the base differs");
                }),
            new Scripted(
                "fails",
                (service, run) -> {
                  throw new IllegalStateException("always");
                })));

    await("misconfigured", Health.State.FAILED);
    await("fails", Health.State.FAILED);
    await("runs", Health.State.RUNNING);

    assertThat(loop.anyEnded()).succeedsWithin(Duration.ofSeconds(5));
    assertThat(loop.allEnded()).isNotDone();
    assertThat(status("misconfigured").restarts()).isZero();
    assertThat(status("misconfigured").detail()).isEqualTo("the base differs");
    assertThat(status("fails").restarts()).isEqualTo(2);
    loop.close();
    assertThat(loop.allEnded()).succeedsWithin(Duration.ofSeconds(5));
    assertThat(loop.endedUnasked()).containsExactlyInAnyOrder("misconfigured", "fails");
    assertThat(loop.failures()).containsOnlyKeys("misconfigured", "fails");
    assertThat(status("runs").state()).isEqualTo(Health.State.STOPPED);
  }

  @Test
  void bindTo_everyService_hasItsStateAsAMeter() {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    loop.bindTo(meters);
    loop.start(List.of(new Scripted("runs", (service, run) -> {})));
    await("runs", Health.State.RUNNING);

    assertThat(
            meters
                .get("dataengine.service.state")
                .tags("service", "runs", "state", "running")
                .gauge()
                .value())
        .isEqualTo(1);
    assertThat(meters.get("dataengine.service.restarts").tag("service", "runs").functionCounter())
        .isNotNull();
  }

  private Health.Status status(String name) {
    Map<String, Health.Status> states = loop.states();
    return Objects.requireNonNull(states.get(name), name);
  }

  private void await(String name, Health.State state) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (status(name).state() != state && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertThat(status(name).state()).isEqualTo(state);
  }
}
