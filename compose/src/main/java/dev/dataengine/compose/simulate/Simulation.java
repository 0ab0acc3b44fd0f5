package dev.dataengine.compose.simulate;

import dev.dataengine.benchmark.Benchmark;
import dev.dataengine.compose.simulate.cluster.SimCluster;
import dev.dataengine.topics.Topic;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * One run of the whole loop from one seed: services step in a random order, with faults between any
 * two steps; then nothing fails any more, what is left is done, and the run is judged. The same
 * seed is the same run.
 */
public final class Simulation {
  private static final int STEPS = 500;
  private static final int CALM_ROUNDS = 150;
  private static final int QUESTIONS_OF_A_TYPE = 6;

  /** Of so many steps one comes with a fault. */
  private static final int FAULT_IN = 25;

  private final World world;
  private final Poisoner poisoner;
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
        fault();
      }
      step(actors.get(world.random().nextInt(actors.size())));
    }
    world.calm();
    long trainedBefore = trained();
    for (int round = 0; round < CALM_ROUNDS; round++) {
      for (Actor<?> actor : actors) {
        step(actor);
      }
    }
    long trainedAfter = trained();
    tellWhereAllStand();
    world
        .verdicts()
        .check(
            Invariant.GENERATOR_NEVER_STALLS,
            trainedAfter > trainedBefore,
            () -> "after all was well, samples trained stayed at " + trainedBefore);
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

  private long trained() {
    long trained = 0;
    for (TrainerActor trainer : trainers) {
      trained += trainer.samplesTrained();
    }
    return trained;
  }

  private void fault() {
    SplittableRandom random = world.random();
    switch (random.nextInt(8)) {
      case 0, 1 -> actors.get(random.nextInt(actors.size())).crash();
      case 2 -> world.loseRegistry(Duration.ofMillis(100 + random.nextInt(20_000)));
      case 3 -> world.loseBroker(Duration.ofMillis(100 + random.nextInt(20_000)));
      case 4, 5 -> poisoner.poison();
      case 6 -> repeat();
      default -> {
        if (random.nextInt(4) == 0) {
          trainers.get(random.nextInt(trainers.size())).beginAnew();
        } else {
          jump();
        }
      }
    }
  }

  private void jump() {
    Duration by = Duration.ofSeconds(world.random().nextInt(-60, 3_600));
    world.clock().jump(by);
    world.story().tell("the clock jumps by " + by.toSeconds() + " s");
  }

  /** A result comes once more, as a producer without idempotence may send it. */
  private void repeat() {
    List<ConsumerRecord<byte[], byte[]>> results =
        world.cluster().read(Topic.EVALUATION_RESULTS.topicName());
    List<ConsumerRecord<byte[], byte[]>> sound =
        results.stream().filter(r -> !Poisoner.isPoison(r)).toList();
    if (!sound.isEmpty()) {
      ConsumerRecord<byte[], byte[]> record = sound.get(world.random().nextInt(sound.size()));
      world.cluster().append(new ProducerRecord<>(record.topic(), record.key(), record.value()));
      world.story().tell("a result comes twice");
    }
  }
}
