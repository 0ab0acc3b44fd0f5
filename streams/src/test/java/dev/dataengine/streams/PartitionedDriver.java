package dev.dataengine.streams;

import dev.dataengine.events.EvaluationResult;
import dev.dataengine.events.WeightUpdate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.KeyValue;

/**
 * Several input partitions: a driver for each, whose partial sums go on to one that merges. Kafka's
 * test driver has one partition only. Every move of a probability is told.
 */
final class PartitionedDriver implements AutoCloseable {

  private final List<Driver> partitions = new ArrayList<>();
  private final Driver merge;
  private final List<KeyValue<String, Counted.Partial>> sent = new ArrayList<>();
  private final List<WeightUpdate> updates = new ArrayList<>();

  PartitionedDriver(String strategy, Path state, int count) {
    merge = new Driver(Configs.of(strategy, state.resolve("merge"), /* minProbabilityChange= */ 0));
    for (int partition = 0; partition < count; partition++) {
      partitions.add(new Driver(Configs.of(strategy, state.resolve("p" + partition))));
    }
  }

  void send(EvaluationResult result) {
    partitions
        .get(Math.floorMod(result.getQuestionId().hashCode(), partitions.size()))
        .send(result);
  }

  /** A tick of one partition, whose sums are merged. */
  void tick(int which) {
    int partition = which % partitions.size();
    Driver driver = partitions.get(partition);
    driver.advance(100);
    for (KeyValue<String, Counted.Partial> partial : driver.partials()) {
      Counted.Partial one = partial.value;
      merge(KeyValue.pair(partial.key, at(partition, one)));
    }
    merge.advance(100);
    updates.addAll(merge.updates());
  }

  /** A partial sum once more, as after a restart of the partition that is still at it. */
  void resendLast() {
    if (!sent.isEmpty()) {
      merge(sent.get(sent.size() - 1));
    }
  }

  void settle() {
    for (int partition = 0; partition < partitions.size(); partition++) {
      tick(partition);
    }
    merge.settle();
    updates.addAll(merge.updates());
  }

  List<WeightUpdate> updates() {
    return updates;
  }

  private void merge(KeyValue<String, Counted.Partial> partial) {
    sent.add(partial);
    merge.sendPartial(partial.key, partial.value);
  }

  private static Counted.Partial at(int partition, Counted.Partial partial) {
    return new Counted.Partial(partition, partial.version(), partial.type(), partial.sum());
  }

  @Override
  public void close() {
    partitions.forEach(Driver::close);
    merge.close();
  }
}
