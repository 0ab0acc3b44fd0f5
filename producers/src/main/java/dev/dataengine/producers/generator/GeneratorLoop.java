package dev.dataengine.producers.generator;

import dev.dataengine.producers.loop.LoopParts;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The generator's body: {@link #step} again and again. The first step reads the topics; every
 * further one takes in what has come and, where it is time, asks for the trainers' lag and writes a
 * batch. It waits where there is no room, where nothing can be written, or where a batch gave
 * nothing but rejections (longer every time, so that an exhausted set of images does not flood the
 * rejections).
 *
 * <p>Before anything is read, a transaction that an earlier start left open is ended: so nothing of
 * ours is undecided where the lag is asked for, and what is visible is never more than the lag
 * says.
 *
 * <p>For one thread, but any may {@link #wake} it. A crash between any two steps loses nothing but
 * what nobody could see.
 */
public final class GeneratorLoop implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(GeneratorLoop.class);
  private static final String NAME = "generator";
  private static final int MAX_BACK_OFF = 64;

  private final GeneratorConfig config;
  private final SampleWriter writer;
  private final BenchmarkGuard guard;
  private final GeneratorMetrics metrics;
  private final LoopParts parts;
  private final Consumer<byte[], byte[]> consumer;
  private final TrainerLag lag;
  private final SampleTransactions transactions;
  private volatile @Nullable Consumer<byte[], byte[]> reading;
  private @Nullable Running running;
  private long writeAt;
  private int backOff = 1;

  /** What there is once the topics are read. */
  private record Running(SampleGenerator generator, GeneratorInputs inputs, BatchWriter batches) {}

  GeneratorLoop(
      GeneratorConfig config,
      SampleWriter writer,
      BenchmarkGuard guard,
      GeneratorMetrics metrics,
      LoopParts parts) {
    this.config = config;
    this.writer = writer;
    this.guard = guard;
    this.metrics = metrics;
    this.parts = parts;
    this.consumer = parts.clients().consumer(NAME, Map.of("group.id", config.group()));
    this.lag = new TrainerLag(parts.clients(), config.model(), parts.patience());
    this.transactions =
        new SampleTransactions(this::producer, consumer, parts.patience(), parts.nanos());
  }

  /** A body with the rules writer. */
  public static GeneratorLoop withRules(
      GeneratorConfig config, BenchmarkGuard guard, LoopParts parts, MeterRegistry meters) {
    return new GeneratorLoop(
        config, new RulesSampleWriter(), guard, new GeneratorMetrics(meters), parts);
  }

  /**
   * Does a little; blocks while a part outside is away.
   *
   * @throws dev.dataengine.failure.StoppedException where the service stops while it waits
   */
  public void step() throws Exception {
    Running open = running;
    if (open == null) {
      running = start();
      writeAt = parts.nanos().getAsLong();
      return;
    }
    if (!open.inputs().letters().isFull()) {
      open.inputs().poll(Duration.ofNanos(Math.max(0, writeAt - parts.nanos().getAsLong())));
    }
    if (open.inputs().letters().isFull() || parts.nanos().getAsLong() - writeAt >= 0) {
      writeAt = parts.nanos().getAsLong() + write(open).toNanos();
    }
  }

  /** Whether the topics are read and samples may come. */
  public boolean isStarted() {
    return running != null;
  }

  private Running start() throws Exception {
    transactions.open();
    SampleGenerator generator = generator(seed());
    rememberSamples(generator.recent());
    GeneratorInputs inputs = new GeneratorInputs(consumer, generator, parts);
    BatchWriter batches = new BatchWriter(generator, inputs, transactions, metrics, parts);
    inputs.replay(batches::sendLetters);
    log.atInfo()
        .addKeyValue("benchmark", config.benchmark())
        .addKeyValue("model", config.model())
        .addKeyValue("images", generator.images().size())
        .addKeyValue("weights", generator.hasWeights())
        .log("generator is ready");
    return new Running(generator, inputs, batches);
  }

  private void rememberSamples(RecentQuestions recent) throws Exception {
    try (Consumer<byte[], byte[]> tail = parts.clients().consumer(NAME + "-samples", Map.of())) {
      reading = tail;
      SampleTail.remember(tail, parts, config.duplicateWindow(), recent);
    } finally {
      reading = null;
    }
  }

  /** Writes a batch; how long to wait for the next. */
  private Duration write(Running open) throws Exception {
    BatchWriter.Result result = open.batches().write(open.generator().hasWeights() ? room() : 0);
    backOff = result == BatchWriter.Result.IN_VAIN ? Math.min(MAX_BACK_OFF, backOff * 2) : 1;
    boolean atOnce = result == BatchWriter.Result.MADE || !open.inputs().letters().isEmpty();
    return Duration.ofMillis(atOnce ? 0 : (long) backOff * config.pollIntervalMs());
  }

  /**
   * How many samples may be written now: a batch, or at least a quarter of what may be ahead; 0
   * where there is less room.
   */
  private int room() throws Exception {
    long waiting = lag.samples();
    metrics.lag(waiting);
    long room = Math.min(config.batchSize(), config.maxAhead() - waiting);
    return room >= Math.min(config.batchSize(), (config.maxAhead() + 3) / 4) ? (int) room : 0;
  }

  private SampleGenerator generator(long seed) {
    return new SampleGenerator(config, writer, guard, new SplittableRandom(seed), parts);
  }

  /** The configured seed moved on by what was written before, so that a restart writes anew. */
  private long seed() throws Exception {
    return config.seed() * 0x9E3779B97F4A7C15L + lag.written();
  }

  private Producer<byte[], byte[]> producer() {
    return parts
        .clients()
        .producer(
            NAME,
            Map.of(
                "transactional.id",
                config.producerId(),
                "transaction.timeout.ms",
                Long.toString(SampleTransactions.TRANSACTION_TIMEOUT.toMillis()),
                // how long one call may block, and with it a stop; it is tried again after that
                "max.block.ms",
                "3000"));
  }

  /** Ends a wait for the broker, from any thread; the step then throws. */
  public void wake() {
    Consumer<byte[], byte[]> tail = reading;
    if (tail != null) {
      tail.wakeup();
    }
    consumer.wakeup();
    lag.wake();
  }

  @Override
  public void close() {
    transactions.close();
    lag.close();
    consumer.close();
  }
}
