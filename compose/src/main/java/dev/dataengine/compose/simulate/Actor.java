package dev.dataengine.compose.simulate;

import dev.dataengine.compose.simulate.cluster.SimClients;
import dev.dataengine.failure.FailureKind;
import dev.dataengine.failure.Failures;
import dev.dataengine.failure.Health;
import org.jspecify.annotations.Nullable;

/**
 * A service in the simulation: its own body, made anew after a crash or a failure as its process or
 * its supervisor would.
 *
 * @param <B> the body
 */
abstract class Actor<B> {
  /** Of so many calls of a client one kills its process. */
  private static final int DEATH_IN_CALLS = 2_000;

  private final String name;
  private final World world;
  private final Health health = new Health();
  private @Nullable B body;
  private Life life = new Life();
  private @Nullable String ended;
  private long steps;
  private long starts;

  Actor(String name, World world) {
    this.name = name;
    this.world = world;
  }

  /** Makes the body; all it needs it opens itself. */
  abstract B open() throws Exception;

  /** One step of the body. */
  abstract void step(B open) throws Exception;

  /** What a process' calls go through. Once it is dead, none of them reaches anything. */
  private final class Life implements Runnable {
    private boolean dead;

    @Override
    public void run() {
      if (!dead && !world.isCalm() && world.random().nextInt(DEATH_IN_CALLS) == 0) {
        dead = true;
      }
      if (dead) {
        throw new CrashError();
      }
    }
  }

  /** Clients of the body that is opened next. */
  final SimClients clients() {
    return world.clients(life);
  }

  /** What the operating system does when a process dies: locks go, files stay as they are. */
  void released(B open) {}

  final String name() {
    return name;
  }

  final World world() {
    return world;
  }

  final @Nullable B body() {
    return body;
  }

  final Health health() {
    return health;
  }

  /** Why it ended although nobody told it to; null where it did not. */
  final @Nullable String ended() {
    return ended;
  }

  final long starts() {
    return starts;
  }

  /** Opens the body where there is none, else makes one step. */
  final void step() {
    if (ended != null) {
      return;
    }
    steps++;
    try {
      B open = body;
      if (open == null) {
        starts++;
        body = open();
      } else {
        step(open);
      }
    } catch (CrashError e) {
      world.story().tell(name + " dies within a call");
      die();
    } catch (Exception | AssertionError | StackOverflowError e) {
      fail(e);
    }
  }

  private void fail(Throwable failure) {
    String reason = Failures.reason(failure);
    if (Failures.kindOf(failure) == FailureKind.MISCONFIGURED) {
      ended = reason;
      world.story().tell(name + " ends: " + reason);
    } else {
      world.story().tell(name + " fails and is started again: " + reason);
    }
    die();
  }

  /** The process dies between two steps. */
  final void crash() {
    if (body != null) {
      world.story().tell(name + " is killed after step " + steps);
      die();
    }
  }

  private void die() {
    B open = body;
    body = null;
    life.dead = true;
    life = new Life();
    if (open != null) {
      released(open);
    }
  }
}
