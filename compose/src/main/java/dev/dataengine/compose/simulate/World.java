package dev.dataengine.compose.simulate;

import dev.dataengine.compose.simulate.cluster.SimClients;
import dev.dataengine.compose.simulate.cluster.SimCluster;
import dev.dataengine.compose.simulate.cluster.VirtualClock;
import dev.dataengine.failure.Health;
import dev.dataengine.failure.Patience;
import dev.dataengine.failure.Sleeper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Everything around the services, of one seed: time, broker, registry, disk, chance. */
final class World {
  private static final Duration OUTAGE_TICK = Duration.ofMillis(50);

  private final SplittableRandom random;
  private final VirtualClock clock = new VirtualClock();
  private final SimCluster cluster;
  private final SimRegistry registry = new SimRegistry();
  private final Story story = new Story(clock);
  private final Verdicts verdicts = new Verdicts();
  private final Path disk;
  private long brokerBackAt = -1;
  private long registryBackAt = -1;
  private boolean calm;

  World(long seed, int partitions, Path disk) {
    this.random = new SplittableRandom(seed);
    this.cluster = new SimCluster(clock, partitions);
    this.disk = disk;
  }

  SplittableRandom random() {
    return random;
  }

  VirtualClock clock() {
    return clock;
  }

  SimCluster cluster() {
    return cluster;
  }

  SimRegistry registry() {
    return registry;
  }

  Story story() {
    return story;
  }

  Verdicts verdicts() {
    return verdicts;
  }

  /** Directory that crashes leave as it is. */
  Path disk() {
    return disk;
  }

  /** Clients of a service; at each call of theirs the service may die. */
  SimClients clients(Runnable atEachCall) {
    return new SimClients(
        cluster, random.split(), () -> !calm && random.nextInt(40) == 0, atEachCall);
  }

  /** Nanoseconds that only go forward. */
  LongSupplier nanos() {
    return () -> clock.elapsedMillis() * 1_000_000;
  }

  String id() {
    return new UUID(random.nextLong(), random.nextLong()).toString();
  }

  /** Waiting lets virtual time pass, and with it outages end. */
  Patience patience(Health health) {
    return new Patience(
        () -> true,
        health,
        new Sleeper() {
          @Override
          public boolean sleep(Duration pause, BooleanSupplier running) {
            pass(pause);
            return true;
          }

          @Override
          public double jitter() {
            return random.nextDouble();
          }
        });
  }

  void pass(Duration time) {
    clock.advance(time.compareTo(OUTAGE_TICK) < 0 ? OUTAGE_TICK : time);
    endOutages(clock.elapsedMillis());
  }

  /** Ends the outages whose time is over. */
  private void endOutages(long now) {
    if (brokerBackAt >= 0 && now >= brokerBackAt) {
      brokerBackAt = -1;
      cluster.setAway(false);
      story.tell("the broker is back");
    }
    if (registryBackAt >= 0 && now >= registryBackAt) {
      registryBackAt = -1;
      registry.setAway(false);
      story.tell("the registry is back");
    }
  }

  void loseBroker(Duration outage) {
    cluster.setAway(true);
    brokerBackAt = clock.elapsedMillis() + outage.toMillis();
    story.tell("the broker is away for " + outage.toMillis() + " ms");
  }

  void loseRegistry(Duration outage) {
    registry.setAway(true);
    registryBackAt = clock.elapsedMillis() + outage.toMillis();
    story.tell("the registry is away for " + outage.toMillis() + " ms");
  }

  /** From now on nothing fails any more. */
  void calm() {
    calm = true;
    endOutages(Long.MAX_VALUE);
    story.tell("from here on nothing fails");
  }

  boolean isCalm() {
    return calm;
  }
}
