package dev.dataengine.service;

import dev.dataengine.failure.BackOff;
import dev.dataengine.failure.FailureKind;
import dev.dataengine.failure.Failures;
import dev.dataengine.failure.Health;
import dev.dataengine.failure.Patience;
import dev.dataengine.failure.Restarts;
import dev.dataengine.failure.Sleeper;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service that is one thread. {@link #run} does the work and returns soon after {@link
 * #isRunning} turns false; whatever it opened it closes itself.
 *
 * <p>What it throws is judged by the one failure policy: where a part outside is away it is run
 * again for as long as that takes; where we are not allowed or configured wrongly the service ends
 * at once; else it is run again with back-off, as often as {@link Restarts} allows, and then ends.
 * Where it ends, {@link #termination} has the cause.
 */
public abstract class ThreadService implements Service {

  /** How long {@link #close} waits for the thread. */
  private static final Duration STOP_WITHIN = Duration.ofSeconds(8);

  private final Logger log = LoggerFactory.getLogger(getClass());
  private final String name;
  private final Restarts restarts;
  private final Health health = new Health();
  private final CompletableFuture<Void> termination = new CompletableFuture<>();
  private volatile boolean running = true;
  private @Nullable Thread thread;

  protected ThreadService(String name) {
    this(name, Restarts.defaults());
  }

  protected ThreadService(String name, Restarts restarts) {
    this.name = name;
    this.restarts = restarts;
  }

  /**
   * The work; called on the service's own thread, and again after a failure, so what it needs it
   * opens itself. It calls {@link #isReady} once it does what it is for.
   */
  protected abstract void run() throws Exception;

  /** Called by {@link #close} to wake a blocked {@link #run}, for example a consumer's wakeup. */
  protected void wake() {}

  /** False once the service should stop. */
  protected final boolean isRunning() {
    return running;
  }

  /** Tells that the service does its work now. */
  protected final void isReady() {
    health.running();
  }

  /** Waits out what is away, for as long as this service runs. */
  protected final Patience patience() {
    return new Patience(this::isRunning, health);
  }

  @Override
  public final Health health() {
    return health;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final synchronized void start() {
    if (thread != null) {
      throw new IllegalStateException(name + " was started already");
    }
    thread = new Thread(this::runAndReport, name);
    thread.start();
  }

  private void runAndReport() {
    @Nullable Throwable failure = runUntilGivenUp();
    if (failure == null || !running) {
      health.stopped();
      termination.complete(null);
    } else {
      // where we are misconfigured the reason is for the operator, and the trace says nothing more
      boolean misconfigured = Failures.kindOf(failure) == FailureKind.MISCONFIGURED;
      log.atError()
          .setCause(misconfigured ? null : failure)
          .addKeyValue("service", name)
          .addKeyValue("reason", Failures.reason(failure))
          .log("service stopped");
      health.failed(Failures.reason(failure));
      termination.completeExceptionally(failure);
    }
  }

  /** The failure that ended it; null where it ended by itself or was told to. */
  private @Nullable Throwable runUntilGivenUp() {
    BackOff backOff = new BackOff(restarts.first(), restarts.longest());
    int failures = 0;
    while (true) {
      long begun = System.nanoTime();
      try {
        run();
        return null;
      } catch (Throwable failure) {
        FailureKind kind = Failures.kindOf(failure);
        if (!running || kind == FailureKind.MISCONFIGURED) {
          log.atDebug().setCause(failure).addKeyValue("service", name).log("ended");
          return failure;
        }
        if (System.nanoTime() - begun >= restarts.within().toNanos()) {
          failures = 0;
          backOff = new BackOff(restarts.first(), restarts.longest());
        }
        if (kind == FailureKind.AWAY) {
          health.waitingToStart(Failures.reason(failure));
        } else if (++failures > restarts.most()) {
          return failure;
        } else {
          health.restarting(Failures.reason(failure));
        }
        log.atWarn()
            .setCause(failure)
            .addKeyValue("service", name)
            .addKeyValue("failures", failures)
            .log("service failed and is started again");
        if (!Sleeper.REAL.sleep(backOff.next(Sleeper.REAL.jitter()), this::isRunning)) {
          return failure;
        }
      }
    }
  }

  @Override
  public final CompletableFuture<Void> termination() {
    return termination;
  }

  @Override
  public final void close() {
    Thread worker;
    synchronized (this) {
      running = false;
      worker = thread;
    }
    if (worker == null) {
      health.stopped();
      termination.complete(null);
      return;
    }
    wake();
    try {
      termination.get(STOP_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException e) {
      log.atWarn().addKeyValue("service", name).log("service did not stop in time; interrupting");
      worker.interrupt();
    } catch (java.util.concurrent.ExecutionException e) {
      log.atDebug().addKeyValue("service", name).log("service had failed before it was stopped");
    }
  }
}
