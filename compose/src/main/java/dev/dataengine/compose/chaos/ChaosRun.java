package dev.dataengine.compose.chaos;

import dev.dataengine.compose.chaos.evidence.Evidence;
import dev.dataengine.compose.chaos.fault.Fault;
import dev.dataengine.compose.chaos.fault.FaultInjector;
import dev.dataengine.compose.chaos.fault.FaultSchedule;
import dev.dataengine.compose.chaos.judge.Invariants;
import dev.dataengine.compose.chaos.judge.PoisonIsolation;
import dev.dataengine.compose.chaos.judge.Results;
import dev.dataengine.compose.chaos.judge.Samples;
import dev.dataengine.compose.chaos.judge.Verdict;
import dev.dataengine.compose.chaos.observe.Figures;
import dev.dataengine.compose.chaos.observe.Observer;
import dev.dataengine.compose.chaos.poison.Poisoner;
import dev.dataengine.compose.chaos.process.Child;
import dev.dataengine.compose.chaos.process.Fleet;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * One run: starts the loop, waits until it has gone round, does to it what the seed says, leaves it
 * alone for a while, stops it and judges. For one thread; {@link #close} ends all processes and may
 * be called from any.
 */
public final class ChaosRun implements AutoCloseable {

  private static final Duration TICK = Duration.ofMillis(100);
  private static final Duration FIGURES_EVERY = Duration.ofSeconds(10);
  private static final Duration ROUND_WITHIN = Duration.ofMinutes(4);

  /** Results of versions that nobody announced wait for 30 s before they are refused. */
  private static final Duration LETTERS_WITHIN = Duration.ofSeconds(45);

  private static final Duration COUNTED_WITHIN = Duration.ofSeconds(45);
  private static final Duration READ_WITHIN = Duration.ofSeconds(30);
  private static final Duration STOP_WITHIN = Duration.ofSeconds(15);

  private static final Evidence.Rules RULES = new Evidence.Rules("tiny-llava", 512, 64, 2);

  private final ChaosConfig config;
  private final Story story;
  private final Fleet fleet;
  private final FaultInjector injector;
  private int ended;
  private Duration figuresAt = Duration.ZERO;

  /**
   * Lays out processes and proxies; none runs yet.
   *
   * @param lines told of everything that happens
   */
  public ChaosRun(ChaosConfig config, Consumer<String> lines) throws IOException {
    this.config = config;
    this.story = new Story(lines);
    this.fleet = new Fleet(config.installation(), config.data(), ours(), config.settings());
    List<Fault> schedule =
        FaultSchedule.draw(config.seed(), config.lasts().minus(config.calm()), config.faults());
    this.injector = new FaultInjector(fleet, schedule, line -> story.tell("fault     " + line));
  }

  /** Small versions and few images, so that much happens in little time; and what we judge by. */
  private static List<String> ours() {
    return List.of(
        "trainer.samples-per-version=256",
        "trainer.version-interval-ms=10000",
        "image-publisher.initial-images=400",
        "generator.max-ahead=" + RULES.maxAhead(),
        "generator.batch-size=" + RULES.batch(),
        "weights.versions-kept=" + RULES.versionsKept());
  }

  /** Runs to the end. */
  public ChaosReport run() throws IOException, InterruptedException {
    story.tell("starting  broker, registry, topics, services; all is under " + config.data());
    fleet.startInfrastructure();
    try (Observer observer =
            new Observer(
                fleet.bootstrapServers(), fleet.registryUrl(), "trainers." + RULES.model());
        Poisoner poisoner =
            new Poisoner(
                fleet.bootstrapServers(),
                observer,
                config.seed(),
                config.poison(),
                config.poisonKinds(),
                story::tell)) {
      observer.start();
      fleet.startServices();
      awaitRound(observer);
      befall(observer, poisoner);
      long calmSince = System.currentTimeMillis();
      story.tell("calm      nothing more goes wrong");
      await(observer, config.calm(), () -> false);
      await(observer, LETTERS_WITHIN, () -> lettersAreComplete(observer, poisoner, calmSince));
      stop(List.of("image-publisher", "generator", "evaluator", "trainer"));
      await(observer, COUNTED_WITHIN, () -> resultsAreCounted(observer, poisoner, calmSince));
      stop(List.of("weights"));
      if (!observer.catchUp(READ_WITHIN)) {
        story.tell("the topics could not be read to their ends");
      }
      return judge(evidence(observer, poisoner, calmSince), poisoner);
    }
  }

  private void awaitRound(Observer observer) throws InterruptedException {
    await(observer, ROUND_WITHIN, () -> ended > 0 || observer.figures().trained() > 0);
    if (ended > 0 || observer.figures().trained() == 0) {
      throw new IllegalStateException("the loop did not go round by itself: " + observer.figures());
    }
    story.tell("round     the loop has gone round once; seed " + config.seed());
  }

  private void befall(Observer observer, Poisoner poisoner)
      throws IOException, InterruptedException {
    Duration from = story.elapsed();
    Duration lasts = config.lasts().minus(config.calm());
    if (config.poison() > 0) {
      poisoner.start();
    }
    for (Duration at = Duration.ZERO; at.compareTo(lasts) < 0; at = story.elapsed().minus(from)) {
      injector.at(at);
      watch(observer);
      TimeUnit.NANOSECONDS.sleep(TICK.toNanos());
    }
    injector.calm();
    if (config.poison() > 0) {
      poisoner.stop();
    }
  }

  /** Waits for so long, or until something holds. */
  private void await(Observer observer, Duration atMost, BooleanSupplier until)
      throws InterruptedException {
    Duration end = story.elapsed().plus(atMost);
    Duration checked = Duration.ZERO;
    while (story.elapsed().compareTo(end) < 0) {
      watch(observer);
      if (story.elapsed().minus(checked).compareTo(Duration.ofSeconds(1)) > 0) {
        if (until.getAsBoolean()) {
          return;
        }
        checked = story.elapsed();
      }
      TimeUnit.NANOSECONDS.sleep(TICK.toNanos());
    }
  }

  /** Tells figures now and then; starts again what ended by itself. */
  private void watch(Observer observer) {
    for (Child child : fleet.children()) {
      if (child.hasEnded()) {
        ended++;
        story.tell(
            "ended     %s, exit code %d; it is started again. It said:\n%s"
                .formatted(child.name(), child.exitValue(), child.lastWords()));
        child.start();
      }
    }
    if (story.elapsed().minus(figuresAt).compareTo(FIGURES_EVERY) >= 0) {
      figuresAt = story.elapsed();
      Figures figures = observer.figures();
      story.tell("          " + figures);
    }
  }

  private boolean lettersAreComplete(Observer observer, Poisoner poisoner, long calmSince) {
    return PoisonIsolation.missing(evidence(observer, poisoner, calmSince)) == 0;
  }

  private boolean resultsAreCounted(Observer observer, Poisoner poisoner, long calmSince) {
    return Invariants.judge(evidence(observer, poisoner, calmSince)).stream()
        .filter(verdict -> verdict.invariant().equals("NoResultLost"))
        .allMatch(Verdict::holds);
  }

  private Evidence evidence(Observer observer, Poisoner poisoner, long calmSince) {
    return observer.evidence(RULES, poisoner.sent(), injector.befell(), calmSince);
  }

  private void stop(List<String> services) {
    for (String service : services) {
      if (!fleet.child(service).terminate(STOP_WITHIN)) {
        story.tell(
            "killed    " + service + " did not stop within " + STOP_WITHIN.toSeconds() + " s");
      }
    }
    story.tell("stopped   " + String.join(", ", services));
  }

  private ChaosReport judge(Evidence evidence, Poisoner poisoner) {
    Map<String, Integer> faults = new TreeMap<>();
    injector.counts().forEach((kind, count) -> faults.put(kind.toString(), count));
    faults.put("duplicate", poisoner.duplicates());
    return new ChaosReport(
        config.seed(),
        faults,
        Invariants.judge(evidence),
        evidence.poison().size(),
        PoisonIsolation.deadLettered(evidence),
        Results.sent(evidence),
        Results.counted(evidence),
        Samples.written(evidence),
        Samples.trained(evidence),
        ended);
  }

  @Override
  public void close() {
    fleet.close();
  }
}
