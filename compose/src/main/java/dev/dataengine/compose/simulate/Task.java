package dev.dataengine.compose.simulate;

import dev.dataengine.streams.Storage;
import dev.dataengine.topics.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/**
 * One task of the streams application: Kafka's test driver, which has a single partition, on stores
 * that outlive it. What a transaction would commit is durable with {@link #commit} and not before;
 * a death in between leaves what the last one left.
 */
final class Task {
  private final World world;
  private final Function<Storage, Topology> topology;
  private final SavedStores stores = new SavedStores();
  private final Map<String, Long> committed = new HashMap<>();
  private final Map<String, Long> positions = new HashMap<>();

  /** Offset in the announcements, which are one partition. */
  private long announcements;

  private @Nullable TopologyTestDriver driver;

  Task(World world, Function<Storage, Topology> topology) {
    this.world = world;
    this.topology = topology;
  }

  /** Next offset to read of an input. */
  long position(String input) {
    return positions.getOrDefault(input, 0L);
  }

  void advance(String input, long next) {
    positions.put(input, next);
  }

  /** Starts the driver where none runs, with all that was announced so far. */
  void open() {
    if (driver == null) {
      positions.clear();
      positions.putAll(committed);
      Properties settings = new Properties();
      settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "simulated");
      settings.put(StreamsConfig.STATE_DIR_CONFIG, world.disk().resolve("streams").toString());
      driver =
          new TopologyTestDriver(
              topology.apply(stores.storage()), settings, world.clock().instant());
      announcements = 0;
      announce();
    }
  }

  /** Takes in what was announced since. */
  void announce() {
    for (TopicPartition partition : world.cluster().partitions(Topic.MODEL_VERSIONS.topicName())) {
      long end = world.cluster().stable(partition);
      for (; announcements < end; announcements++) {
        ConsumerRecord<byte[], byte[]> record = world.cluster().visible(partition, announcements);
        if (record != null) {
          pipe(partition.topic(), new TestRecord<>(record));
        }
      }
    }
  }

  void pipe(String topic, TestRecord<byte[], byte[]> record) {
    driver()
        .createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer())
        .pipeInput(record);
  }

  void tick(long millis) {
    driver().advanceWallClockTime(Duration.ofMillis(millis));
  }

  List<TestRecord<byte[], byte[]>> take(String topic) {
    return driver()
        .createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
        .readRecordsToList();
  }

  /** What was read and changed since the last time is durable. */
  void commit() {
    committed.putAll(positions);
    stores.save();
  }

  /** Dies: what was not committed is gone. */
  void die() {
    TopologyTestDriver open = driver;
    driver = null;
    if (open != null) {
      open.close();
    }
  }

  private TopologyTestDriver driver() {
    TopologyTestDriver open = driver;
    if (open == null) {
      throw new IllegalStateException("the task is not open");
    }
    return open;
  }
}
