package dev.dataengine.producers.generator;

import dev.dataengine.events.BadCase;
import dev.dataengine.events.Image;
import dev.dataengine.events.VqaSample;
import dev.dataengine.events.WeightUpdate;
import dev.dataengine.producers.topic.TopicReplay;
import dev.dataengine.serde.DeadLetters;
import dev.dataengine.serde.EventReader;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.serde.ReplayReader;
import dev.dataengine.topics.Topic;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a {@link SampleGenerator} told. The topics are the state: on start they are read again, the
 * images and weights whole, the latest of the rest. Committed offsets tell how far records were
 * processed before, so that none goes to the dead letters twice. For one thread.
 */
final class GeneratorInputs {

  private static final Logger log = LoggerFactory.getLogger(GeneratorInputs.class);
  private static final List<Topic> TOPICS =
      List.of(Topic.QUESTION_TYPE_WEIGHTS, Topic.BAD_CASES, Topic.IMAGES);

  /** Bad cases read again on start, of each partition. */
  private static final long BAD_CASES_REPLAYED = 5_000;

  /** A question of an image and when its sample was written. */
  private record Asked(long at, String imageId, String question) {}

  private final Consumer<byte[], byte[]> consumer;
  private final SampleGenerator generator;
  private final BooleanSupplier running;
  private final ReplayReader<VqaSample> samples;
  private final EventReader<WeightUpdate> weights;
  private final EventReader<BadCase> badCases;
  private final EventReader<Image> images;
  private final Map<TopicPartition, Long> processedBefore = new HashMap<>();
  private final List<ProducerRecord<byte[], byte[]>> deadLetters = new ArrayList<>();

  GeneratorInputs(
      Consumer<byte[], byte[]> consumer,
      SampleGenerator generator,
      SchemaRegistryClient registry,
      BooleanSupplier running) {
    this.consumer = consumer;
    this.generator = generator;
    this.running = running;
    DeadLetters letters = new DeadLetters("generator", deadLetters::add);
    this.samples = new ReplayReader<>(EventSerde.of(VqaSample.class, registry), running);
    this.weights = new EventReader<>(EventSerde.of(WeightUpdate.class, registry), letters);
    this.badCases = new EventReader<>(EventSerde.of(BadCase.class, registry), letters);
    this.images = new EventReader<>(EventSerde.of(Image.class, registry), letters);
  }

  /** Rebuilds the state; afterwards the consumer goes on behind it. Waits for the broker. */
  void replay(int duplicateWindow) throws InterruptedException {
    while (running.getAsBoolean()) {
      try {
        replayOnce(duplicateWindow);
        return;
      } catch (RetriableException e) {
        log.atWarn().setCause(e).log("reading the topics again: the broker did not answer");
        deadLetters.clear();
      }
    }
  }

  private void replayOnce(int duplicateWindow) throws InterruptedException {
    List<TopicPartition> outputs =
        TopicReplay.partitions(consumer, List.of(Topic.VQA_SAMPLES), running);
    consumer.assign(outputs);
    seekToTail(outputs, duplicateWindow);
    rememberSamples();
    List<TopicPartition> inputs = TopicReplay.partitions(consumer, TOPICS, running);
    consumer.assign(inputs);
    consumer.seekToBeginning(inputs);
    seekToTail(
        inputs.stream().filter(p -> p.topic().equals(Topic.BAD_CASES.topicName())).toList(),
        BAD_CASES_REPLAYED);
    consumer
        .committed(new HashSet<>(inputs))
        .forEach(
            (partition, offset) -> {
              if (offset != null) {
                processedBefore.put(partition, offset.offset());
              }
            });
    TopicReplay.toEnd(consumer, running, this::apply);
  }

  private void seekToTail(List<TopicPartition> partitions, long records) {
    Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions);
    consumer
        .endOffsets(partitions)
        .forEach(
            (partition, end) ->
                consumer.seek(
                    partition, Math.max(starts.getOrDefault(partition, 0L), end - records)));
  }

  /** Takes in what comes within {@code wait}; with no wait, what has come. */
  void poll(Duration wait) {
    long deadline = System.nanoTime() + wait.toNanos();
    long left = wait.toNanos();
    do {
      consumer.poll(Duration.ofNanos(left)).forEach(this::apply);
      left = deadline - System.nanoTime();
    } while (left > 0 && running.getAsBoolean());
  }

  /** Where the inputs stand. */
  Map<TopicPartition, OffsetAndMetadata> offsets() {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (TopicPartition partition : consumer.assignment()) {
      offsets.put(partition, new OffsetAndMetadata(consumer.position(partition)));
    }
    return offsets;
  }

  /** Letters since the last {@link #lettersSent}. */
  List<ProducerRecord<byte[], byte[]>> letters() {
    return List.copyOf(deadLetters);
  }

  void lettersSent() {
    deadLetters.clear();
  }

  /**
   * Reads the ends of all partitions and remembers the latest samples among them. They come a
   * partition after the other; in that order the last partition alone would fill the window.
   */
  private void rememberSamples() {
    List<Asked> asked = new ArrayList<>();
    TopicReplay.toEnd(
        consumer,
        running,
        record ->
            samples
                .read(record)
                .map(s -> new Asked(record.timestamp(), s.getImageId(), s.getQuestion()))
                .ifPresent(asked::add));
    asked.sort(Comparator.comparingLong(Asked::at));
    asked.forEach(one -> generator.recent().add(one.imageId(), one.question()));
  }

  private void apply(ConsumerRecord<byte[], byte[]> record) {
    int letters = deadLetters.size();
    while (running.getAsBoolean() && !applied(record)) {
      pause();
    }
    TopicPartition partition = new TopicPartition(record.topic(), record.partition());
    if (deadLetters.size() > letters
        && record.offset() < processedBefore.getOrDefault(partition, 0L)) {
      deadLetters.remove(letters);
    }
  }

  /** False where the registry did not answer. */
  private boolean applied(ConsumerRecord<byte[], byte[]> record) {
    try {
      switch (Topic.named(record.topic())) {
        case QUESTION_TYPE_WEIGHTS -> weights.read(record).ifPresent(generator::follow);
        case BAD_CASES -> badCases.read(record).ifPresent(generator.badCases()::put);
        default -> {
          if (record.value() == null) {
            generator.images().remove(EventReader.key(record));
          } else {
            images.read(record).ifPresent(generator.images()::put);
          }
        }
      }
      return true;
    } catch (SerializationException e) {
      log.atWarn().setCause(e).addKeyValue("topic", record.topic()).log("waiting for the registry");
      return false;
    }
  }

  private static void pause() {
    java.util.concurrent.locks.LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
  }
}
