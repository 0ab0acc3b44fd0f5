package dev.dataengine.workers.train;

import dev.dataengine.service.Outages;
import dev.dataengine.workers.tensor.NativeMemory;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.WakeupException;

/** Poll, step, checkpoint, publish: until told to stop, and once more then. */
final class TrainingLoop {

  private static final Duration IDLE = Duration.ofMillis(200);
  private static final Duration BUSY = Duration.ofMillis(20);

  private final TrainerConfig config;
  private final Trainer trainer;
  private final SampleFeed feed;
  private final SampleReader reader;
  private final VersionPublisher versions;
  private final CheckpointStore checkpoints;
  private final Timer steps;
  private final Counter samples;
  private final Counter skipped;
  private final List<TrainingSample> batch = new ArrayList<>();
  private long lastVersion = System.nanoTime();
  private long batchSince;

  TrainingLoop(
      TrainerConfig config,
      Trainer trainer,
      SampleFeed feed,
      SampleReader reader,
      VersionPublisher versions,
      CheckpointStore checkpoints,
      MeterRegistry metrics) {
    this.config = config;
    this.trainer = trainer;
    this.feed = feed;
    this.reader = reader;
    this.versions = versions;
    this.checkpoints = checkpoints;
    this.steps = metrics.timer("dataengine.trainer.step", "model", config.model());
    this.samples = metrics.counter("dataengine.trainer.samples", "model", config.model());
    this.skipped = metrics.counter("dataengine.trainer.skipped", "model", config.model());
  }

  void run(BooleanSupplier running) throws IOException {
    // the checkpoint may be newer than what was told of it before a kill
    publish(trainer.progress().last());
    try {
      while (running.getAsBoolean()) {
        feed.poll(feed.waiting() + batch.size() == 0 ? IDLE : BUSY);
        fill(running);
        if (batch.isEmpty()) {
          // also where all was refused: the generator waits for the lag to go down
          feed.commitNowAndThen();
        }
        if (batch.size() == config.batchSamples() || (!batch.isEmpty() && hasWaited())) {
          step();
        }
        if (isVersionDue()) {
          makeVersion();
        }
      }
    } catch (WakeupException | RetriableException | SerializationException e) {
      if (running.getAsBoolean()) {
        throw e;
      }
    }
    finish();
  }

  /** Takes records into the batch; each is behind the progress from then on. */
  private void fill(BooleanSupplier running) throws IOException {
    while (batch.size() < config.batchSamples() && feed.waiting() > 0) {
      ConsumerRecord<byte[], byte[]> record = feed.take();
      Optional<TrainingSample> sample = Outages.waitOut(running, () -> reader.read(record));
      if (batch.isEmpty()) {
        batchSince = System.nanoTime();
      }
      trainer.progress().read(record.partition(), record.offset());
      if (sample.isPresent()) {
        batch.add(sample.get());
      } else {
        trainer.progress().skipped();
        skipped.increment();
      }
    }
  }

  private boolean hasWaited() {
    return System.nanoTime() - batchSince >= TimeUnit.MILLISECONDS.toNanos(config.maxWaitMs());
  }

  private void step() {
    long start = System.nanoTime();
    trainer.step(batch);
    steps.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
    samples.increment(batch.size());
    batch.clear();
    feed.commitNowAndThen();
  }

  private boolean isVersionDue() {
    long since = trainer.progress().samplesSinceLast();
    return batch.isEmpty()
        && since > 0
        && (since >= config.samplesPerVersion()
            || System.nanoTime() - lastVersion
                >= TimeUnit.MILLISECONDS.toNanos(config.versionIntervalMs()));
  }

  private void makeVersion() throws IOException {
    // the checkpoint's offsets leave dead letters behind them, so those have to be safe first
    versions.flush();
    publish(trainer.checkpoint());
    NativeMemory.trim();
    lastVersion = System.nanoTime();
  }

  private void publish(TrainerState state) throws IOException {
    versions.publish(state, checkpoints.directory(state.version()));
  }

  /** What was taken and not yet trained on is trained on, so that the checkpoint is exact. */
  private void finish() throws IOException {
    if (!batch.isEmpty()) {
      trainer.step(batch);
      samples.increment(batch.size());
      batch.clear();
    }
    if (trainer.progress().isAhead()) {
      makeVersion();
    }
    feed.commit();
  }
}
