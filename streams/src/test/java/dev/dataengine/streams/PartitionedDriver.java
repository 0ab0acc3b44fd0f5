package dev.dataengine.streams;

import dev.dataengine.events.EvaluationResult;
import dev.dataengine.events.ModelVersion;
import dev.dataengine.events.QuestionTypeStats;
import dev.dataengine.events.WeightUpdate;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.streams.KeyValue;

/**
 * Several input partitions: a driver for each, whose partial sums go on to one that merges and asks
 * back. Kafka's test driver has one partition only. Every move of a probability is told.
 */
final class PartitionedDriver implements AutoCloseable {

  private final Configs configs;
  private final List<ModelVersion> announcements = new ArrayList<>();
  private final List<Driver> partitions = new ArrayList<>();
  private final List<SavedStores> committed = new ArrayList<>();
  private final List<List<Consumer<Driver>>> uncommitted = new ArrayList<>();
  private final List<Partial> sent = new ArrayList<>();
  private final Map<String, WeightUpdate> updates = new TreeMap<>();
  private final Map<String, QuestionTypeStats> stats = new TreeMap<>();
  private Configs counting;
  private Driver merge;
  private Instant clock = Instant.ofEpochSecond(1_000_000);

  PartitionedDriver(Configs configs, int count) {
    this.configs = configs.minChange(0);
    this.counting = this.configs;
    merge = start(merging(), new SavedStores());
    for (int partition = 0; partition < count; partition++) {
      partitions.add(start(counting(partition), new SavedStores()));
      committed.add(new SavedStores());
      uncommitted.add(new ArrayList<>());
    }
  }

  private Driver start(WeightsConfig config, SavedStores saved) {
    clock = clock.plusSeconds(60);
    Driver driver = new Driver(config, clock, false, saved.without(ReadAnnouncements.STORE));
    announcements.forEach(driver::announce);
    return driver;
  }

  private WeightsConfig merging() {
    return directory("merge", configs);
  }

  private WeightsConfig counting(int partition) {
    return directory("p" + partition, counting);
  }

  private static WeightsConfig directory(String name, Configs configs) {
    Path directory = configs.state().resolve(name);
    return configs.build().at(directory);
  }

  int partitionOf(String question) {
    return Math.floorMod(question.hashCode(), partitions.size());
  }

  void announce(ModelVersion version) {
    announcements.add(version);
    merge.announce(version);
    partitions.forEach(driver -> driver.announce(version));
  }

  void send(EvaluationResult result) {
    int partition = partitionOf(result.getQuestionId());
    read(partition, driver -> driver.send(result));
  }

  private void read(int partition, Consumer<Driver> input) {
    uncommitted.get(partition).add(input);
    input.accept(partitions.get(partition));
  }

  /** A tick of one partition, which ends its transaction; its sums are merged. */
  void tick(int partition) {
    Driver driver = partitions.get(partition);
    driver.advance(100);
    for (Partial partial : driver.partials()) {
      merge(at(partition, partial));
    }
    committed.set(partition, driver.saved());
    uncommitted.get(partition).clear();
    merge.advance(100);
    collect();
    for (Ask ask : merge.asks()) {
      for (int asked = 0; asked < partitions.size(); asked++) {
        if (!(ask instanceof Ask.AsOf asOf) || asOf.partition() == asked) {
          read(asked, counting -> counting.sendAsk(ask));
        }
      }
    }
  }

  /** A partial sum once more, as after a restart of the partition that is still at it. */
  void resendLast() {
    if (!sent.isEmpty()) {
      merge(sent.get(sent.size() - 1));
    }
  }

  /** The transaction in hand is aborted, and its input is read again. */
  void restart(int partition) {
    partitions.get(partition).close();
    partitions.set(partition, start(counting(partition), committed.get(partition)));
    uncommitted.get(partition).forEach(input -> input.accept(partitions.get(partition)));
  }

  void restartMerge() {
    SavedStores saved = merge.saved();
    merge.close();
    merge = start(merging(), saved);
  }

  /** The merge begins with nothing. */
  void loseMerge() {
    merge.close();
    merge = start(merging(), new SavedStores());
  }

  /** A partition begins with nothing; its results are to be sent again. */
  void loseAnswers(int partition) {
    partitions.get(partition).close();
    committed.set(partition, new SavedStores());
    uncommitted.get(partition).clear();
    partitions.set(partition, start(counting(partition), new SavedStores()));
  }

  /** All are restarted with another number of versions that are kept. */
  void restartWith(int versionsKept) {
    counting = counting.versions(versionsKept, counting.versionsRemembered());
    for (int partition = 0; partition < partitions.size(); partition++) {
      restart(partition);
    }
  }

  void settle() {
    for (int round = 0; round < 4; round++) {
      for (int partition = 0; partition < partitions.size(); partition++) {
        tick(partition);
        tick(partition);
      }
      merge.settle();
      collect();
    }
  }

  private void collect() {
    for (WeightUpdate update : merge.updates()) {
      updates.put(update.getBenchmark() + "/" + update.getModel(), update);
    }
    for (KeyValue<String, QuestionTypeStats> one : merge.statsRecords()) {
      if (one.value == null) {
        stats.remove(one.key);
      } else {
        stats.put(one.key, one.value);
      }
    }
  }

  /** The last update by benchmark and model. */
  Map<String, WeightUpdate> updates() {
    return updates;
  }

  /** What the topic of the statistics holds after compaction. */
  Map<String, QuestionTypeStats> stats() {
    return stats;
  }

  private void merge(Partial partial) {
    sent.add(partial);
    merge.sendPartial(partial);
  }

  private static Partial at(int partition, Partial partial) {
    return new Partial(
        partial.pair(),
        partial.version(),
        partition,
        partial.lineage(),
        partial.questions(),
        partial.firstAt(),
        partial.end(),
        partial.lastOnTime(),
        partial.types());
  }

  @Override
  public void close() {
    partitions.forEach(Driver::close);
    merge.close();
  }
}
