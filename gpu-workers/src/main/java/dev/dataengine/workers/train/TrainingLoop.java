package dev.dataengine.workers.train;

import dev.dataengine.failure.FailureKind;
import dev.dataengine.failure.Failures;
import dev.dataengine.failure.Health;
import dev.dataengine.failure.LocalFailureException;
import dev.dataengine.failure.StoppedException;
import dev.dataengine.serde.DeadLetters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Poll, step, checkpoint, publish: a pass at a time. One thread owns it. */
final class TrainingLoop<S extends TrainingSample> {

  private static final Logger log = LoggerFactory.getLogger(TrainingLoop.class);
  private static final Duration IDLE = Duration.ofMillis(200);
  private static final Duration BUSY = Duration.ofMillis(20);

  /** So many batches in a row that cannot be trained on are no fault of theirs. */
  private static final int BAD_BATCHES = 3;

  /** Part of the learning rate that training goes on with after it diverged. */
  private static final double SMALLER = 0.5;

  /** Factor of the rate below which a still smaller one is no remedy. */
  private static final double SMALLEST = 1.0 / 64;

  /** What the loop works with. */
  record Parts<S extends TrainingSample>(
      Trainer<S> trainer,
      SampleFeed feed,
      SampleIntake<S> intake,
      LagCommits commits,
      VersionPublisher versions,
      Letters letters,
      DeadLetters deadLetters) {}

  private final TrainerConfig config;
  private final Parts<S> parts;
  private final Trainer<S> trainer;
  private final SampleFeed feed;
  private final Health health;
  private final LongSupplier nanos;
  private final Timer steps;
  private final Counter samples;
  private final Counter skipped;
  private final Counter quarantined;
  private final Counter rollBacks;
  private final List<SampleIntake.Accepted<S>> batch = new ArrayList<>();

  /** Taken since the batch began and not to be trained on. */
  private final List<ConsumerRecord<byte[], byte[]>> beside = new ArrayList<>();

  /** In the dead letters, and not behind what a roll-back goes back to: it finds them again. */
  private final OffsetSet refused = new OffsetSet();

  private long lastVersion;
  private long batchSince;
  private int badBatches;
  private long rolledBackTo = -1;
  private Passed passed;

  TrainingLoop(
      TrainerConfig config,
      Parts<S> parts,
      Health health,
      LongSupplier nanos,
      MeterRegistry metrics) {
    this.config = config;
    this.parts = parts;
    this.trainer = parts.trainer();
    this.feed = parts.feed();
    this.health = health;
    this.nanos = nanos;
    this.lastVersion = nanos.getAsLong();
    this.passed = trainer.progress().passed();
    this.steps = metrics.timer("dataengine.trainer.step", "model", config.model());
    this.samples = metrics.counter("dataengine.trainer.samples", "model", config.model());
    this.skipped = metrics.counter("dataengine.trainer.skipped", "model", config.model());
    this.quarantined = metrics.counter("dataengine.trainer.quarantined", "model", config.model());
    this.rollBacks = metrics.counter("dataengine.trainer.rollbacks", "model", config.model());
  }

  /** One pass: takes what is there, makes at most one step and at most one version. */
  void step() throws Exception {
    feed.poll(feed.isEmpty() && batch.isEmpty() ? IDLE : BUSY);
    fill();
    if (batch.size() == config.batchSamples() || (!batch.isEmpty() && hasWaited())) {
      train();
    }
    if (parts.commits().isDue()) {
      // the group's offsets may leave no letter behind them either
      flush();
      parts.commits().commit(feed.reached());
    }
    if (isDue()) {
      makeVersion();
    }
  }

  /** Takes records into the batch; none is behind the progress before the batch is. */
  private void fill() {
    while (batch.size() < config.batchSamples() && !feed.isEmpty()) {
      ConsumerRecord<byte[], byte[]> record = feed.take();
      if (batch.isEmpty()) {
        batchSince = nanos.getAsLong();
      }
      if (refused.contains(record.partition(), record.offset())) {
        beside.add(record);
      } else {
        take(record, parts.intake().read(record));
      }
      if (batch.isEmpty()) {
        leaveBehind();
      }
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> record, SampleIntake.Taken<S> taken) {
    if (taken instanceof SampleIntake.Accepted<S> accepted) {
      batch.add(accepted);
      return;
    }
    beside.add(record);
    if (taken instanceof SampleIntake.Refused<S>) {
      refused.add(record.partition(), record.offset());
      skipped.increment();
    }
  }

  /** The batch and what was taken beside it are behind the progress. */
  private void leaveBehind() {
    Progress progress = trainer.progress();
    for (SampleIntake.Accepted<S> each : batch) {
      leaveBehind(progress, each.record());
    }
    beside.forEach(record -> leaveBehind(progress, record));
    batch.clear();
    beside.clear();
    feed.settle();
  }

  private void leaveBehind(Progress progress, ConsumerRecord<byte[], byte[]> record) {
    if (refused.contains(record.partition(), record.offset())) {
      progress.refused(record.partition(), record.offset());
    } else {
      progress.read(record.partition(), record.offset());
    }
  }

  private boolean hasWaited() {
    return nanos.getAsLong() - batchSince >= TimeUnit.MILLISECONDS.toNanos(config.maxWaitMs());
  }

  private void train() throws Exception {
    long start = nanos.getAsLong();
    Learner.Step step;
    try {
      step = trainer.step(batch.stream().map(SampleIntake.Accepted::sample).toList());
    } catch (StoppedException
        | WakeupException
        | InterruptException
        | LocalFailureException notTheBatchs) {
      throw notTheBatchs;
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      if (Failures.kindOf(e) == FailureKind.MISCONFIGURED || ++badBatches >= BAD_BATCHES) {
        throw e;
      }
      quarantine("the step over its batch failed: " + Failures.reason(e));
      return;
    }
    if (!step.isApplied()) {
      String figures = "loss %s, gradient norm %s".formatted(step.loss(), step.gradientNorm());
      if (++badBatches >= BAD_BATCHES) {
        rollBack(figures + ", in %d batches one after the other".formatted(badBatches));
      } else {
        quarantine("its batch gave " + figures + " and was not trained on");
      }
      return;
    }
    badBatches = 0;
    steps.record(nanos.getAsLong() - start, TimeUnit.NANOSECONDS);
    samples.increment(batch.size());
    leaveBehind();
    if (trainer.hasDiverged()) {
      rollBack(trainer.figures());
    }
  }

  private void quarantine(String reason) {
    long number = trainer.progress().steps() + 1;
    for (SampleIntake.Accepted<S> each : batch) {
      parts.deadLetters().send(each.record(), "quarantined at step " + number + ": " + reason);
      refused.add(each.record().partition(), each.record().offset());
    }
    quarantined.increment(batch.size());
    skipped.increment(batch.size());
    leaveBehind();
  }

  private void rollBack(String figures) throws Exception {
    Progress progress = trainer.progress();
    String what = "step " + progress.steps() + ": " + figures;
    long to = progress.last().version();
    if (rolledBackTo == to || trainer.rateFactor() * SMALLER < SMALLEST) {
      throw new DivergenceException(what, config.optimizer().learningRate() * trainer.rateFactor());
    }
    rolledBackTo = to;
    trainer.rollBack(SMALLER);
    batch.clear();
    beside.clear();
    feed.rewind();
    badBatches = 0;
    rollBacks.increment();
    String told =
        "training diverged at %s; it went back to v%d and on with %s of the learning rate"
            .formatted(what, to, trainer.rateFactor());
    health.note(told);
    log.atError().addKeyValue("version", to).log(told);
  }

  /** What it remembers of refused records, in pages of an {@link OffsetSet}. */
  int refusedPages() {
    return refused.pages();
  }

  private void flush() throws Exception {
    parts.letters().flush();
    trainer.lettersWritten();
  }

  private boolean isDue() {
    long since = trainer.progress().samplesSinceLast();
    boolean late =
        nanos.getAsLong() - lastVersion
            >= TimeUnit.MILLISECONDS.toNanos(config.versionIntervalMs());
    return since == 0 ? late : trainer.isHealthy() && (late || since >= config.samplesPerVersion());
  }

  /**
   * Also where nothing was trained on: then no version, but a note of what was left behind. And
   * also where nothing was: a topic that was made anew may end just where the one before did, so
   * that its samples look like those that were read.
   */
  private void makeVersion() throws Exception {
    // the checkpoint's offsets leave dead letters behind them, so those have to be safe first
    flush();
    feed.requireSameTopic();
    if (trainer.progress().samplesSinceLast() > 0) {
      parts.versions().publish(trainer.checkpoint());
    } else if (!trainer.progress().passed().equals(passed)) {
      trainer.note();
    }
    passed = trainer.progress().passed();
    refused.removeBelow(passed.offsets());
    lastVersion = nanos.getAsLong();
  }

  /**
   * Makes a last version, if anything was trained on and training is well. What was taken and not
   * trained on is read again by the next start.
   */
  void finish() throws Exception {
    boolean trained = trainer.progress().samplesSinceLast() > 0;
    if (trained ? trainer.isHealthy() : !trainer.progress().passed().equals(passed)) {
      makeVersion();
    }
    flush();
    parts.commits().last(feed.reached());
  }
}
