package dev.dataengine.compose.simulate;

import dev.dataengine.benchmark.Benchmark;
import dev.dataengine.compose.simulate.cluster.SimCluster;
import dev.dataengine.events.VqaSample;
import dev.dataengine.topics.Topic;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * One run of the whole loop from one seed: services step in a random order, with faults between any
 * two steps; then nothing fails any more, what is left is done, and the run is judged. The same
 * seed is the same run.
 */
public final class Simulation {
  private static final int STEPS = 500;
  private static final int CALM_ROUNDS = 150;

  /**
   * A trainer that began anew just before reads past the other model's samples at hardly more than
   * the pace at which they are written; until then its generator waits, and that is no stall.
   */
  private static final int MOST_CALM_ROUNDS = 600;

  private static final int LEAST_CALM_ROUNDS = 40;
  private static final int LOOK_EVERY = 10;
  private static final int QUESTIONS_OF_A_TYPE = 6;

  /** Of so many steps one comes with a fault. */
  private static final int FAULT_IN = 25;

  private final World world;
  private final Poisoner poisoner;
  private final Faults faults;
  private final Topics topics;
  private final List<String> models = new ArrayList<>();
  private final List<TrainerActor> trainers = new ArrayList<>();
  private final List<GeneratorActor> generators = new ArrayList<>();
  private final List<Actor<?>> actors = new ArrayList<>();
  private final int maxAhead;

  /** How a run went. */
  public record Outcome(long seed, Verdicts verdicts, List<String> story) {}

  private Simulation(long seed, Path disk) {
    int partitions = 1 + (int) Math.floorMod(seed, 4L);
    world = new World(seed, partitions, disk);
    SplittableRandom random = world.random();
    maxAhead = List.of(1, 3, 8, 32).get(random.nextInt(4));
    poisoner = new Poisoner(world);
    faults = new Faults(world, poisoner, actors, trainers);
    topics = new Topics(world);
    Benchmark benchmark = SimBenchmark.of(QUESTIONS_OF_A_TYPE);
    actors.add(new PublisherActor(world));
    actors.add(new WeightsActor(world, Configs.weights(disk), partitions));
    for (String model : random.nextInt(3) == 0 ? List.of("a", "b") : List.of("a")) {
      models.add(model);
      actors.add(new EvaluatorActor(world, benchmark, model));
      generators.add(new GeneratorActor(world, benchmark.name(), model, maxAhead));
      trainers.add(new TrainerActor(world, model));
    }
    actors.addAll(generators);
    actors.addAll(trainers);
    world
        .story()
        .tell(
            "seed %d: %d partitions, models %s, at most %d samples ahead"
                .formatted(seed, partitions, models, maxAhead));
  }

  /**
   * Runs a seed.
   *
   * @param disk an empty directory of the run's own
   */
  public static Outcome run(long seed, Path disk) throws IOException {
    Simulation simulation = new Simulation(seed, disk);
    simulation.run();
    return new Outcome(seed, simulation.world.verdicts(), simulation.world.story().lines());
  }

  private void run() throws IOException {
    for (int step = 0; step < STEPS; step++) {
      if (world.random().nextInt(FAULT_IN) == 0) {
        faults.befall();
      }
      step(actors.get(world.random().nextInt(actors.size())));
    }
    world.calm();
    goOn();
    tellWhereAllStand();
    trainers.forEach(TrainerActor::finish);
    settle();
    for (Actor<?> actor : actors) {
      world
          .verdicts()
          .check(
              Invariant.POISON_ISOLATED,
              actor.ended() == null,
              () -> actor.name() + " ended: " + actor.ended());
    }
    new Judge(world).judge(models, poisoner);
    actors.forEach(Actor::crash);
  }

  /**
   * All steps in turn, until every model's generator has written more than was allowed to wait, so
   * that its trainer has gone on as well.
   */
  private void goOn() {
    Map<String, Long> writtenBefore = written();
    Map<String, Long> trainedBefore = trained();
    for (int round = 0; round < MOST_CALM_ROUNDS; round++) {
      actors.forEach(this::step);
      boolean look = round >= LEAST_CALM_ROUNDS && round % LOOK_EVERY == 0;
      if (look && haveGoneOn(writtenBefore, written(), maxAhead)) {
        break;
      }
    }
    Map<String, Long> writtenAfter = written();
    Map<String, Long> trainedAfter = trained();
    world
        .verdicts()
        .check(
            Invariant.GENERATOR_NEVER_STALLS,
            haveGoneOn(writtenBefore, writtenAfter, maxAhead)
                && haveGoneOn(trainedBefore, trainedAfter, 0),
            () ->
                "after all was well, samples written went from %s to %s, trained from %s to %s"
                    .formatted(writtenBefore, writtenAfter, trainedBefore, trainedAfter));
  }

  /** Whether each model's number is more than {@code by} above what it was. */
  private boolean haveGoneOn(Map<String, Long> before, Map<String, Long> now, int by) {
    return models.stream()
        .allMatch(model -> now.getOrDefault(model, 0L) > before.getOrDefault(model, 0L) + by);
  }

  /** Samples in the topic by model. */
  private Map<String, Long> written() {
    Map<String, Long> written = new TreeMap<>();
    for (Topics.Read<VqaSample> read : topics.all(Topic.VQA_SAMPLES, VqaSample.class)) {
      written.merge(read.event().getModel(), 1L, Long::sum);
    }
    return written;
  }

  private Map<String, Long> trained() {
    Map<String, Long> trained = new TreeMap<>();
    trainers.forEach(trainer -> trained.put(trainer.model(), trainer.samplesTrained()));
    return trained;
  }

  private void tellWhereAllStand() {
    for (String model : models) {
      for (TopicPartition partition : world.cluster().partitions(Topic.VQA_SAMPLES.topicName())) {
        world
            .story()
            .tell(
                "%s ends at %d, stable to %d, trainer of %s passed %s"
                    .formatted(
                        partition,
                        world.cluster().end(partition),
                        world.cluster().stable(partition),
                        model,
                        world.cluster().committed("trainers." + model, partition)));
      }
    }
  }

  /** Lets evaluators and weights do what is left; nothing new is generated or trained. */
  private void settle() {
    for (int round = 0; round < CALM_ROUNDS; round++) {
      for (Actor<?> actor : actors) {
        if (actor instanceof EvaluatorActor || actor instanceof WeightsActor) {
          step(actor);
        }
      }
    }
  }

  private void step(Actor<?> actor) {
    long before = actor instanceof GeneratorActor ? samples() : 0;
    actor.step();
    world.pass(Duration.ofMillis(world.random().nextInt(50)));
    if (actor instanceof GeneratorActor generator && samples() > before) {
      long ahead = ahead(generator.model());
      world
          .verdicts()
          .check(
              Invariant.PACED_WITHIN_BOUND,
              ahead <= maxAhead,
              () -> ahead + " samples wait for the trainer of " + generator.model());
    }
  }

  /** Samples that anybody can see. */
  private long samples() {
    return world.cluster().partitions(Topic.VQA_SAMPLES.topicName()).stream()
        .mapToLong(partition -> world.cluster().countFrom(partition, 0))
        .sum();
  }

  /** Of those, the ones that the model's trainer has not passed. */
  private long ahead(String model) {
    SimCluster cluster = world.cluster();
    long ahead = 0;
    for (TopicPartition partition : cluster.partitions(Topic.VQA_SAMPLES.topicName())) {
      OffsetAndMetadata done = cluster.committed("trainers." + model, partition);
      ahead += cluster.countFrom(partition, done == null ? 0 : done.offset());
    }
    return ahead;
  }
}
