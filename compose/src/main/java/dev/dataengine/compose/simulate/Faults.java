package dev.dataengine.compose.simulate;

import dev.dataengine.compose.simulate.cluster.SimCluster;
import dev.dataengine.events.EvaluationResult;
import dev.dataengine.events.ModelVersion;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.topics.Topic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** What befalls the loop between two steps. */
final class Faults {
  private static final String SAMPLES = Topic.VQA_SAMPLES.topicName();
  private static final String RESULTS = Topic.EVALUATION_RESULTS.topicName();
  private static final int LONGEST_OUTAGE_MILLIS = 20_000;
  private static final int MOST_PARTITIONS = 6;

  private final World world;
  private final Poisoner poisoner;
  private final List<Actor<?>> actors;
  private final List<TrainerActor> trainers;
  private final Topics topics;

  Faults(World world, Poisoner poisoner, List<Actor<?>> actors, List<TrainerActor> trainers) {
    this.world = world;
    this.poisoner = poisoner;
    this.actors = actors;
    this.trainers = trainers;
    this.topics = new Topics(world);
  }

  /** One of them, by chance. */
  void befall() throws IOException {
    SplittableRandom random = world.random();
    switch (random.nextInt(13)) {
      case 0, 1, 2 -> actors.get(random.nextInt(actors.size())).crash();
      case 3 -> world.loseRegistry(outage());
      case 4 -> world.loseBroker(outage());
      case 5, 6 -> poisoner.poison();
      case 7 -> repeat();
      case 8 -> comeLate();
      case 9 -> retain();
      case 10 -> addPartition();
      case 11 -> trainer().ifPresentOrElse(TrainerActor::beginAnew, this::jump);
      default -> trainers.get(random.nextInt(trainers.size())).spoil();
    }
  }

  /** One to begin anew: rarely, as an operator does. */
  private Optional<TrainerActor> trainer() {
    SplittableRandom random = world.random();
    return random.nextInt(3) == 0
        ? Optional.of(trainers.get(random.nextInt(trainers.size())))
        : Optional.empty();
  }

  private Duration outage() {
    return Duration.ofMillis(100 + world.random().nextInt(LONGEST_OUTAGE_MILLIS));
  }

  private void jump() {
    Duration by = Duration.ofSeconds(world.random().nextInt(-60, 3_600));
    world.clock().jump(by);
    world.story().tell("the clock jumps by " + by.toSeconds() + " s");
  }

  private Optional<ConsumerRecord<byte[], byte[]>> result() {
    List<ConsumerRecord<byte[], byte[]>> sound =
        world.cluster().read(RESULTS).stream().filter(r -> !Poisoner.isPoison(r)).toList();
    return sound.isEmpty()
        ? Optional.empty()
        : Optional.of(sound.get(world.random().nextInt(sound.size())));
  }

  /** A result comes once more, as a producer without idempotence may send it. */
  private void repeat() {
    result()
        .ifPresent(
            record -> {
              world.cluster().append(new ProducerRecord<>(RESULTS, record.key(), record.value()));
              world.story().tell("a result comes twice");
            });
  }

  /** An earlier answer to a question of a version of now comes after the one that replaced it. */
  private void comeLate() {
    EventSerde<EvaluationResult> serde =
        EventSerde.of(EvaluationResult.class, world.registry().direct());
    result()
        .map(serde::event)
        .filter(this::isOfNow)
        .ifPresent(
            result -> {
              result.setScore(1 - result.getScore());
              result.setEvaluatedAt(
                  result.getEvaluatedAt().minusMillis(1 + world.random().nextInt(5_000)));
              byte[] key = result.getQuestionId().getBytes(StandardCharsets.UTF_8);
              world
                  .cluster()
                  .append(new ProducerRecord<>(RESULTS, key, serde.serialize(RESULTS, result)));
              world.story().tell("an earlier result comes late");
            });
  }

  /** What comes of an older version has no place in the statistics any more. */
  private boolean isOfNow(EvaluationResult result) {
    return topics.all(Topic.MODEL_VERSIONS, ModelVersion.class).stream()
        .map(Topics.Read::event)
        .filter(version -> version.getModel().equals(result.getModel()))
        .allMatch(version -> version.getVersion() <= result.getModelVersion() + 1);
  }

  /** Retention deletes samples, read or not. */
  private void retain() {
    SimCluster cluster = world.cluster();
    List<TopicPartition> partitions = cluster.partitions(SAMPLES);
    TopicPartition partition = partitions.get(world.random().nextInt(partitions.size()));
    long start = cluster.start(partition);
    long before = start + world.random().nextLong(1 + cluster.stable(partition) - start);
    cluster.truncate(partition, before);
    world.story().tell("retention deletes %s before %d".formatted(partition, before));
  }

  private void addPartition() {
    int partitions = world.cluster().partitions(SAMPLES).size();
    if (partitions < MOST_PARTITIONS) {
      world.cluster().create(SAMPLES, partitions + 1);
      world.story().tell("%s gets %d partitions".formatted(SAMPLES, partitions + 1));
    }
  }
}
