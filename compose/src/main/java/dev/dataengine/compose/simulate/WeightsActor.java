package dev.dataengine.compose.simulate;

import dev.dataengine.failure.Health;
import dev.dataengine.streams.InternalTopics;
import dev.dataengine.streams.WeightsConfig;
import dev.dataengine.streams.WeightsSerdes;
import dev.dataengine.streams.WeightsTopology;
import dev.dataengine.topics.Topic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.test.TestRecord;

/**
 * The streams: a task for each partition of the results and one that merges, each with transactions
 * of its own, so that they run ahead of each other. What they say to each other goes through logs
 * that only committed records reach.
 */
final class WeightsActor extends Actor<WeightsActor.Instance> {
  private static final int MOST_AT_ONCE = 40;

  /** Nothing of it outlives a crash: the tasks and the logs do. */
  record Instance() {}

  private final WeightsConfig config;
  private final List<Task> counting = new ArrayList<>();
  private final Task merging;
  private final Map<String, List<TestRecord<byte[], byte[]>>> logs = new HashMap<>();

  WeightsActor(World world, WeightsConfig config, int partitions) {
    super("weights", world);
    this.config = config;
    for (int partition = 0; partition < partitions; partition++) {
      int counted = partition;
      counting.add(task(task -> counted));
    }
    merging = task(task -> task);
  }

  private Task task(IntUnaryOperator partition) {
    World world = world();
    return new Task(
        world,
        storage ->
            WeightsTopology.build(
                config,
                WeightsSerdes.of(world.registry().direct()),
                new SimpleMeterRegistry(),
                world.patience(new Health()),
                storage,
                partition));
  }

  @Override
  Instance open() {
    return new Instance();
  }

  /** One task reads a little, or ends its transaction. */
  @Override
  void step(Instance open) {
    if (world().cluster().isAway()) {
      return;
    }
    int which = world().random().nextInt(counting.size() + 1);
    boolean ends = world().random().nextBoolean();
    if (which == counting.size()) {
      merging.open();
      read(merging, InternalTopics.partials(config));
      if (ends) {
        endMerging();
      }
    } else {
      Task task = counting.get(which);
      task.open();
      if (world().random().nextBoolean()) {
        task.announce();
      }
      readResults(task, new TopicPartition(Topic.EVALUATION_RESULTS.topicName(), which));
      read(task, InternalTopics.asks(config));
      if (ends) {
        endCounting(task);
      }
    }
  }

  private void readResults(Task task, TopicPartition partition) {
    String input = partition.toString();
    long at = task.position(input);
    int most = world().random().nextInt(MOST_AT_ONCE);
    for (; at < world().cluster().stable(partition) && most > 0; at++) {
      ConsumerRecord<byte[], byte[]> record = world().cluster().visible(partition, at);
      if (record != null) {
        task.pipe(partition.topic(), new TestRecord<>(record));
        most--;
      }
    }
    task.advance(input, at);
  }

  private void read(Task task, String topic) {
    List<TestRecord<byte[], byte[]>> log = logs.getOrDefault(topic, List.of());
    long at = task.position(topic);
    for (; at < log.size(); at++) {
      task.pipe(topic, log.get((int) at));
    }
    task.advance(topic, at);
  }

  private void endCounting(Task task) {
    task.tick(config.updateIntervalMs());
    send(task, Topic.EVALUATION_RESULTS.deadLetterName());
    send(task, Topic.BAD_CASES.topicName());
    keep(task, InternalTopics.partials(config));
    task.commit();
  }

  private void endMerging() {
    merging.tick(config.updateIntervalMs());
    send(merging, Topic.QUESTION_TYPE_STATS.topicName());
    send(merging, Topic.QUESTION_TYPE_WEIGHTS.topicName());
    keep(merging, InternalTopics.asks(config));
    merging.commit();
  }

  private void send(Task task, String topic) {
    for (TestRecord<byte[], byte[]> record : task.take(topic)) {
      world()
          .cluster()
          .append(
              new ProducerRecord<>(
                  topic, null, null, record.key(), record.value(), record.headers()));
    }
  }

  private void keep(Task task, String topic) {
    logs.computeIfAbsent(topic, name -> new ArrayList<>()).addAll(task.take(topic));
  }

  @Override
  void released(Instance open) {
    counting.forEach(Task::die);
    merging.die();
  }
}
