package dev.dataengine.compose.chaos.observe;

import dev.dataengine.compose.chaos.evidence.Evidence;
import dev.dataengine.compose.chaos.evidence.Poison;
import dev.dataengine.compose.chaos.evidence.SampleSeen;
import dev.dataengine.compose.chaos.evidence.Span;
import dev.dataengine.compose.chaos.evidence.VersionSeen;
import dev.dataengine.compose.chaos.wire.Schemas;
import dev.dataengine.compose.chaos.wire.WireFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads all topics from their beginning, as soon as records are committed, on a thread of its own;
 * beside it the pace of generation is looked at. Other methods are for any thread.
 */
public final class Observer implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration ASK = Duration.ofSeconds(5);
  private static final Duration STOP_WITHIN = Duration.ofSeconds(5);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Templates templates;
  private final Ledger ledger;
  private final PaceProbe pace;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean running = true;
  private volatile Map<TopicPartition, Long> positions = Map.of();

  /**
   * @param group of the model's trainers, whose committed offsets are the pace's measure
   */
  public Observer(String bootstrapServers, String registryUrl, String group) {
    WireFormat wire = new WireFormat(new Schemas(registryUrl));
    templates = new Templates(wire);
    ledger = new Ledger(wire, templates);
    consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", bootstrapServers,
                "client.id", "observer",
                "isolation.level", "read_committed",
                "auto.offset.reset", "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    pace = new PaceProbe(bootstrapServers, group, this::samples);
  }

  /** Topics have to be there. */
  public void start() {
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : Watched.topics()) {
      consumer
          .partitionsFor(topic, Duration.ofSeconds(30))
          .forEach(info -> partitions.add(new TopicPartition(info.topic(), info.partition())));
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Thread thread = new Thread(this::follow, "observer");
    thread.setDaemon(true);
    thread.start();
    pace.start();
  }

  private void follow() {
    try {
      while (running) {
        follow(consumer.poll(POLL));
        Map<TopicPartition, Long> now = new HashMap<>();
        for (TopicPartition partition : consumer.assignment()) {
          now.put(partition, consumer.position(partition, ASK));
        }
        positions = now;
      }
    } catch (WakeupException | InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } finally {
      consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ZERO));
      ended.countDown();
    }
  }

  private void follow(Iterable<ConsumerRecord<byte[], byte[]>> records)
      throws InterruptedException {
    for (ConsumerRecord<byte[], byte[]> record : records) {
      ledger.take(record);
    }
  }

  private List<SampleSeen> samples() {
    synchronized (ledger) {
      return List.copyOf(ledger.samples);
    }
  }

  /** Sound records to make bad ones of. */
  public Templates templates() {
    return templates;
  }

  public Figures figures() {
    synchronized (ledger) {
      VersionSeen newest =
          ledger.versions.isEmpty() ? null : ledger.versions.get(ledger.versions.size() - 1);
      return new Figures(
          ledger.images.size(),
          ledger.results.size(),
          ledger.updates.size(),
          newest == null ? -1 : newest.version(),
          ledger.samples.size(),
          newest == null ? 0 : newest.samplesTrained(),
          ledger.letters.size());
    }
  }

  /** Records seen of a topic, the unsound ones too. */
  public long seen(Watched topic) {
    return positions.entrySet().stream()
        .filter(entry -> entry.getKey().topic().equals(topic.topic()))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /**
   * Waits until everything has been read that is committed now.
   *
   * @return false where that took too long
   */
  public boolean catchUp(Duration within) throws InterruptedException {
    long deadline = System.nanoTime() + within.toNanos();
    Map<TopicPartition, Long> ends = Map.of();
    while (System.nanoTime() < deadline) {
      if (ends.isEmpty()) {
        try {
          ends = pace.ends(positions.keySet());
        } catch (KafkaException away) {
          TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        }
      }
      Map<TopicPartition, Long> now = positions;
      if (!ends.isEmpty()
          && ends.entrySet().stream()
              .allMatch(end -> now.getOrDefault(end.getKey(), 0L) >= end.getValue())) {
        return true;
      }
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis() / 4);
    }
    return false;
  }

  /** What was seen so far. */
  public Evidence evidence(
      Evidence.Rules rules, List<Poison> poison, Map<String, List<Span>> befell, long calmSince) {
    synchronized (ledger) {
      return new Evidence(
          rules,
          List.copyOf(ledger.results),
          List.copyOf(ledger.stats),
          List.copyOf(ledger.updates),
          List.copyOf(ledger.versions),
          List.copyOf(ledger.samples),
          Map.copyOf(ledger.images),
          Map.copyOf(ledger.unsound),
          List.copyOf(ledger.letters),
          List.copyOf(poison),
          pace.seen(),
          Map.copyOf(befell),
          calmSince);
    }
  }

  @Override
  public void close() {
    running = false;
    pace.close();
    consumer.wakeup();
    try {
      // its thread is a daemon: where it does not end it ends with the process
      var unused = ended.await(STOP_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
