package dev.dataengine.compose.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a command end in order when the process is told to (Ctrl-C, SIGTERM), within a bound: the
 * command is asked to stop, and closing this says that it did. The exit code is the signal's.
 */
final class Shutdown implements AutoCloseable {

  private static final Duration STOP_WITHIN = Duration.ofSeconds(10);

  private final Thread command = Thread.currentThread();
  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread hook;

  private Shutdown(Runnable stop, Duration within) {
    this.hook = new Thread(() -> end(stop, within), "shutdown");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * @param stop asks the command's thread, which this is called on, to come to its end
   */
  static Shutdown asking(Runnable stop) {
    return new Shutdown(stop, STOP_WITHIN);
  }

  /** For a command that keeps nothing it has begun, so that there is nothing to wait for. */
  static Shutdown atOnce() {
    return new Shutdown(() -> {}, Duration.ZERO);
  }

  private void end(Runnable stop, Duration within) {
    stop.run();
    boolean stopped = false;
    try {
      stopped = done.await(within.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!stopped && !within.isZero()) {
      System.err.println("not everything stopped in time; nothing that was committed is lost");
    }
    if (!stopped || ProcessEnd.stillWorks(command)) {
      ProcessEnd.now(ProcessEnd.signalCode());
    }
  }

  @Override
  public void close() {
    done.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      // the process ends in the hook
      join();
    }
  }

  private void join() {
    try {
      hook.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
