package dev.dataengine.compose.chaos.fault;

import dev.dataengine.compose.chaos.process.Fleet;
import dev.dataengine.compose.chaos.process.Link;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Draws what happens when. There are three lanes: processes, ways to the broker, ways to the
 * registry; within a lane one fault follows the other after a pause, so at most three things are
 * wrong at a time. A lane goes through its kinds and targets in a shuffled order and begins anew
 * when it is through: every seed has every kind, and few seeds have the same together.
 */
public final class FaultSchedule {

  /** Longer than clients wait for an answer (30 s): then they give up rather than get it late. */
  private static final int LONG_HANG_MILLIS = 36_000;

  private static final int LONG_HANG_ONE_IN = 4;

  /** Where the faults last less than this, a long hang would be all there is. */
  private static final Duration LONG_HANGS_FROM = Duration.ofSeconds(90);

  private FaultSchedule() {}

  /**
   * The same for the same arguments.
   *
   * @param lasts all faults are over then
   * @param kinds those that may be drawn
   */
  public static List<Fault> draw(long seed, Duration lasts, Set<FaultKind> kinds) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Fault> all = new ArrayList<>();
    SplittableRandom processes = random.split();
    List<Draw> onProcesses = new ArrayList<>();
    for (FaultKind kind : of(kinds, false)) {
      Stream.concat(Stream.of(Fleet.BROKER, Fleet.REGISTRY), Fleet.SERVICES.stream())
          .forEach(name -> onProcesses.add(r -> fault(r, kind, List.of(name), Link.Part.BROKER)));
    }
    all.addAll(lane(processes, lasts, onProcesses, 5_000, 9_000));
    for (Link.Part part : Link.Part.values()) {
      List<Draw> onLinks = new ArrayList<>();
      for (FaultKind kind : of(kinds, true)) {
        if (!kind.isHttp() || part == Link.Part.REGISTRY) {
          onLinks.add(r -> fault(r, kind, whose(r), part));
        }
      }
      all.addAll(lane(random.split(), lasts, onLinks, 2_000, 7_000));
    }
    all.sort(Comparator.comparing(Fault::at));
    return all;
  }

  /** Draws a fault that begins at 0. */
  private interface Draw {
    Fault draw(SplittableRandom random);
  }

  private static List<FaultKind> of(Set<FaultKind> kinds, boolean onLink) {
    return kinds.stream().filter(kind -> kind.isOnLink() == onLink).sorted().toList();
  }

  /** Half of the time all services', else one's. */
  private static List<String> whose(SplittableRandom random) {
    return random.nextBoolean()
        ? Fleet.SERVICES
        : List.of(Fleet.SERVICES.get(random.nextInt(Fleet.SERVICES.size())));
  }

  private static List<Fault> lane(
      SplittableRandom random, Duration lasts, List<Draw> draws, int leastPause, int mostPause) {
    List<Fault> lane = new ArrayList<>();
    List<Draw> deck = new ArrayList<>();
    Duration at = Duration.ofMillis(random.nextInt(leastPause));
    while (!draws.isEmpty()) {
      if (deck.isEmpty()) {
        deck.addAll(draws);
        shuffle(deck, random);
      }
      Fault drawn = deck.remove(deck.size() - 1).draw(random);
      boolean tooLong =
          drawn.lasts().toMillis() >= LONG_HANG_MILLIS && lasts.compareTo(LONG_HANGS_FROM) < 0;
      Duration length = tooLong ? drawn.lasts().dividedBy(4) : drawn.lasts();
      if (at.plus(length).compareTo(lasts) > 0) {
        return lane;
      }
      lane.add(new Fault(at, length, drawn.kind(), drawn.targets(), drawn.part(), drawn.amount()));
      at = at.plus(length).plusMillis(random.nextInt(leastPause, mostPause));
    }
    return lane;
  }

  private static Fault fault(
      SplittableRandom random, FaultKind kind, List<String> targets, Link.Part part) {
    int millis =
        switch (kind) {
          case KILL -> random.nextInt(0, 5_000);
          case STOP -> random.nextInt(2_000, 12_000);
          case CUT -> random.nextInt(0, 4_000);
          case HANG ->
              random.nextInt(LONG_HANG_ONE_IN) == 0
                  ? LONG_HANG_MILLIS
                  : random.nextInt(3_000, 15_000);
          default -> random.nextInt(3_000, 12_000);
        };
    int amount =
        switch (kind) {
          case DELAY -> random.nextInt(50, 1_500);
          case SLOW -> random.nextInt(2_000, 50_000);
          case HALF -> random.nextInt(0, 200);
          default -> 0;
        };
    return new Fault(Duration.ZERO, Duration.ofMillis(millis), kind, targets, part, amount);
  }

  /** Fisher and Yates; {@code Collections.shuffle} takes another kind of generator. */
  private static void shuffle(List<Draw> deck, SplittableRandom random) {
    for (int i = deck.size() - 1; i > 0; i--) {
      Draw other = deck.set(random.nextInt(i + 1), deck.get(i));
      deck.set(i, other);
    }
  }
}
