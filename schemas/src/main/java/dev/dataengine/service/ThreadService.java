package dev.dataengine.service;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service that is one thread. {@link #run} does the work and returns soon after {@link
 * #isRunning} turns false; whatever it opened it closes itself. Whatever it throws ends the service
 * and completes {@link #termination} with it.
 */
public abstract class ThreadService implements Service {

  /** How long {@link #close} waits for the thread. */
  private static final Duration STOP_WITHIN = Duration.ofSeconds(8);

  private final Logger log = LoggerFactory.getLogger(getClass());
  private final String name;
  private final CompletableFuture<Void> termination = new CompletableFuture<>();
  private volatile boolean running = true;
  private @Nullable Thread thread;

  protected ThreadService(String name) {
    this.name = name;
  }

  /** The work; called once, on the service's own thread. */
  protected abstract void run() throws Exception;

  /** Called by {@link #close} to wake a blocked {@link #run}, for example a consumer's wakeup. */
  protected void wake() {}

  /** False once the service should stop. */
  protected final boolean isRunning() {
    return running;
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
    try {
      run();
      termination.complete(null);
    } catch (Throwable failure) {
      if (running) {
        log.atError().setCause(failure).addKeyValue("service", name).log("service stopped");
        termination.completeExceptionally(failure);
      } else {
        log.atDebug().setCause(failure).addKeyValue("service", name).log("interrupted by stop");
        termination.complete(null);
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
