package dev.dataengine.failure;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits out parts that are away, for as long as the service runs: with back-off and jitter, told in
 * the service's {@link Health} and once in the log. Any number of threads may share one.
 */
public final class Patience {
  private static final Logger log = LoggerFactory.getLogger(Patience.class);
  private static final Duration FIRST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofSeconds(5);

  private final BooleanSupplier running;
  private final Health health;
  private final Sleeper sleeper;

  /**
   * @param running false ends every waiting
   * @param health told of the waiting
   */
  public Patience(BooleanSupplier running, Health health) {
    this(running, health, Sleeper.REAL);
  }

  /**
   * @param sleeper lets the pauses pass
   */
  public Patience(BooleanSupplier running, Health health, Sleeper sleeper) {
    this.running = running;
    this.health = health;
    this.sleeper = sleeper;
  }

  /** Something that asks a part outside, and may be asked again. */
  @FunctionalInterface
  public interface Call<T> {
    T run() throws Exception;
  }

  /** The same without a result. */
  @FunctionalInterface
  public interface Act {
    void run() throws Exception;
  }

  public boolean isRunning() {
    return running.getAsBoolean();
  }

  /** Lets time pass, for a service that has nothing to do; false where it is to stop. */
  public boolean pause(Duration time) {
    return sleeper.sleep(time, running);
  }

  /**
   * Runs the call until it gets through.
   *
   * @param what is asked, in the words of an operator: "the broker", "the registry"
   * @return what the call gave
   * @throws StoppedException where the service was stopped first
   * @throws Exception what the call threw, where that is no failure that passes
   */
  public <T> T waitOut(String what, Call<T> call) throws Exception {
    BackOff backOff = new BackOff(FIRST, LONGEST);
    boolean told = false;
    while (true) {
      try {
        T result = call.run();
        if (told) {
          health.waitedOut();
          log.atInfo().addKeyValue("for", what).log("waited out");
        }
        return result;
      } catch (Exception e) {
        if (Failures.kindOf(e) != FailureKind.AWAY) {
          throw e;
        }
        health.waiting(what);
        if (!told) {
          log.atWarn().setCause(e).addKeyValue("for", what).log("waiting");
          told = true;
        }
        if (!sleeper.sleep(backOff.next(sleeper.jitter()), running)) {
          throw new StoppedException(what, e);
        }
      }
    }
  }

  /** The same for an act. */
  public void waitOut(String what, Act act) throws Exception {
    waitOut(
        what,
        () -> {
          act.run();
          return true;
        });
  }
}
