package dev.dataengine.failure;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.UnaryOperator;

/**
 * What others see of a service: the table, the report, metrics. Any thread may read and write.
 *
 * <pre>
 *   STARTING ──▶ RUNNING ◀──▶ WAITING
 *      ▲            │            │
 *      │            ▼            │
 *      └─────── RESTARTING ◀─────┤          every state ──▶ STOPPED
 *                   │            ▼
 *                   └────────▶ FAILED
 * </pre>
 */
public final class Health {
  /** Where a service is in its life. */
  public enum State {
    STARTING,
    RUNNING,
    /** A part outside is away. */
    WAITING,
    /** It failed and will be started again. */
    RESTARTING,
    /** Told to stop, and did. */
    STOPPED,
    /** It failed and was given up. */
    FAILED
  }

  /**
   * A service at one moment.
   *
   * @param detail what it waits for, or why it restarts or failed; empty else
   * @param restarts how often it was started again
   * @param outages how often it had to wait
   */
  public record Status(State state, String detail, long restarts, long outages) {
    /** As the table and the report show it: the state in lower case. */
    @Override
    public String toString() {
      return state.name().toLowerCase(java.util.Locale.ROOT)
          + (state == State.WAITING ? " for " + detail : "");
    }
  }

  private volatile Status status = new Status(State.STARTING, "", 0, 0);

  /** Whether it did its work before it had to wait. */
  private boolean ready;

  private volatile String note = "";

  public Status status() {
    return status;
  }

  /**
   * What an operator should know of a service that goes on all the same; empty where all is well.
   */
  public String note() {
    return note;
  }

  /** Leaves a note, in place of the one before; empty takes it away. */
  public void note(String text) {
    note = text;
  }

  public void running() {
    change(
        s -> {
          ready = true;
          return new Status(State.RUNNING, "", s.restarts(), s.outages());
        });
  }

  public void waiting(String what) {
    change(
        s ->
            new Status(
                State.WAITING,
                what,
                s.restarts(),
                s.outages() + (s.state() == State.WAITING ? 0 : 1)));
  }

  /** What it waited for is there: it is where it was before, which may be on the way up. */
  public void waitedOut() {
    change(
        s ->
            s.state() == State.WAITING
                ? new Status(ready ? State.RUNNING : State.STARTING, "", s.restarts(), s.outages())
                : s);
  }

  /** It ended for want of a part outside, and starts again when that is there. */
  public void waitingToStart(String what) {
    waiting(what);
    change(s -> notReady(s));
  }

  public void restarting(String why) {
    change(s -> notReady(new Status(State.RESTARTING, why, s.restarts() + 1, s.outages())));
  }

  private Status notReady(Status now) {
    ready = false;
    return now;
  }

  public void stopped() {
    change(s -> new Status(State.STOPPED, "", s.restarts(), s.outages()));
  }

  public void failed(String why) {
    change(s -> new Status(State.FAILED, why, s.restarts(), s.outages()));
  }

  /** What has ended stays ended. */
  private synchronized void change(UnaryOperator<Status> to) {
    if (status.state() != State.STOPPED && status.state() != State.FAILED) {
      status = to.apply(status);
    }
  }

  /** Registers the state as meters of the service. */
  public void bindTo(MeterRegistry meters, String service) {
    for (State state : State.values()) {
      Gauge.builder("dataengine.service.state", this, h -> h.status().state() == state ? 1 : 0)
          .description("1 for the state that the service is in")
          .tag("service", service)
          .tag("state", state.name().toLowerCase(java.util.Locale.ROOT))
          .register(meters);
    }
    FunctionCounter.builder("dataengine.service.restarts", this, h -> h.status().restarts())
        .description("how often the service failed and was started again")
        .tag("service", service)
        .register(meters);
    FunctionCounter.builder("dataengine.service.outages", this, h -> h.status().outages())
        .description("how often the service had to wait for a part outside")
        .tag("service", service)
        .register(meters);
  }
}
