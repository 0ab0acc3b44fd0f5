package dev.dataengine.workers.evaluate;

import dev.dataengine.benchmark.Benchmark;
import dev.dataengine.events.EvaluationResult;
import dev.dataengine.events.ModelVersion;
import dev.dataengine.failure.FailureKind;
import dev.dataengine.failure.Failures;
import dev.dataengine.failure.LocalFailureException;
import dev.dataengine.failure.StoppedException;
import dev.dataengine.serde.EventSerde;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Evaluates the newest version of a model on a benchmark, again and again, step by step, and
 * publishes a result a question. Versions that came while another was evaluated are passed over but
 * for the newest. A version that does not fit, by its base, its precision or its files, is told and
 * passed over, and the one below it tried that came after the last evaluation.
 *
 * <p>One thread steps; any may {@link #wake} it.
 */
public final class Evaluator implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Evaluator.class);
  private static final Duration CLOSE = Duration.ofSeconds(2);

  private final EvaluatorContext context;
  private final Answerer answerer;
  private final Producer<byte[], byte[]> producer;
  private final VersionFollower versions;
  private final ResultPublisher results;
  private final Counter answered;
  private final Counter passedOver;
  private final ToldReasons told = new ToldReasons();
  private @Nullable Evaluation current;

  /** What is waited for while the newest versions do not fit; the health's note says why. */
  private String misfit = "";

  private Evaluator(
      EvaluatorContext context,
      Answerer answerer,
      Producer<byte[], byte[]> producer,
      VersionFollower versions,
      ResultPublisher results,
      String model) {
    this.context = context;
    this.answerer = answerer;
    this.producer = producer;
    this.versions = versions;
    this.results = results;
    this.answered = context.metrics().counter("dataengine.evaluator.questions", "model", model);
    this.passedOver =
        context.metrics().counter("dataengine.evaluator.versions.passed.over", "model", model);
  }

  /** One version under way. */
  private static final class Evaluation {
    private final ModelVersion version;
    private final Answering answering;
    private int right;
    private int all;

    Evaluation(ModelVersion version, Answering answering) {
      this.version = version;
      this.answering = answering;
    }

    void count(List<Answer> answers) {
      for (Answer answer : answers) {
        right += answer.taken() == answer.question().correctChoice() ? 1 : 0;
        all++;
      }
    }

    double accuracy() {
      return all == 0 ? 0 : (double) right / all;
    }
  }

  /**
   * An evaluator with clients of its own; waits while the broker's name is not known.
   *
   * @param answerer stays the caller's to close
   */
  public static Evaluator open(
      String model, Benchmark benchmark, Answerer answerer, EvaluatorContext context)
      throws Exception {
    // short: the waiting is ours, and ends when the service does
    Map<String, String> settings = Map.of("max.block.ms", "5000");
    Producer<byte[], byte[]> producer =
        context
            .patience()
            .waitOut("the broker", () -> context.clients().producer("evaluator", settings));
    try {
      Outbox outbox = new Outbox(producer, context.patience());
      ResultPublisher results =
          new ResultPublisher(
              benchmark,
              EventSerde.of(EvaluationResult.class, context.registry()),
              outbox,
              context.patience(),
              context.clock());
      VersionFollower versions = VersionFollower.open(model, benchmark.name(), context, outbox);
      return new Evaluator(context, answerer, producer, versions, results, model);
    } catch (Exception e) {
      producer.close(Duration.ZERO);
      throw e;
    }
  }

  /**
   * Looks for a version, or has one answer a batch of questions.
   *
   * @return false where there was nothing to do
   * @throws StoppedException where the service was stopped while a part outside was away
   */
  public boolean step() throws Exception {
    Evaluation evaluation = current;
    if (evaluation != null) {
      goOn(evaluation);
      return true;
    }
    Optional<ModelVersion> version = versions.next();
    if (version.isPresent()) {
      begin(version.get());
    } else if (!misfit.isEmpty()) {
      context.health().waiting(misfit);
    }
    return version.isPresent();
  }

  private void begin(ModelVersion version) throws Exception {
    Optional<String> reason = misfit(version);
    if (reason.isPresent()) {
      misfit = "a version of this " + reason.get().substring(0, reason.get().indexOf(':'));
      passOver(version, reason.get());
      return;
    }
    try {
      current = new Evaluation(version, answerer.begin(version));
    } catch (UnfitVersionException | RuntimeException e) {
      passOver(version, whyNot(version, e));
      return;
    }
    versions.take(version);
    if (!misfit.isEmpty()) {
      misfit = "";
      context.health().running();
    }
  }

  private Optional<String> misfit(ModelVersion version) {
    boolean former =
        version.getManifestSha256() == null
            && version.getPrecision().isEmpty()
            && answerer.formerBases().contains(version.getBase());
    if (!former && !version.getBase().equals(answerer.base())) {
      return Optional.of(
          "base: expected %s, which evaluator.model-directory holds, got %s; point it to the base that the trainer has"
              .formatted(answerer.base(), version.getBase()));
    }
    String precision = version.getPrecision();
    if (!precision.isEmpty()
        && !precision.equals(answerer.precision())
        && !answerer.adopt(precision)) {
      return Optional.of(
          "precision: expected %s, got %s; set evaluator.precision to %s"
              .formatted(answerer.precision(), precision, precision));
    }
    return Optional.empty();
  }

  private void goOn(Evaluation evaluation) throws Exception {
    List<Answer> answers;
    try {
      answers = evaluation.answering.next();
    } catch (UnfitVersionException | RuntimeException e) {
      String reason = whyNot(evaluation.version, e);
      end();
      passOver(evaluation.version, reason);
      return;
    }
    if (!answers.isEmpty()) {
      results.publish(evaluation.version, answers);
      evaluation.count(answers);
      answered.increment(answers.size());
      return;
    }
    results.settle();
    end();
    context.health().note("");
    log.atInfo()
        .addKeyValue("version", evaluation.version.getVersion())
        .addKeyValue("lineage", evaluation.version.getLineage())
        .addKeyValue("accuracy", evaluation.accuracy())
        .log("evaluated a model version");
  }

  /**
   * Why a version cannot be evaluated.
   *
   * @throws RuntimeException the failure, where it is none of the version's
   */
  private static String whyNot(ModelVersion version, Exception failure) {
    boolean stop =
        failure instanceof StoppedException
            || failure instanceof WakeupException
            || failure instanceof LocalFailureException
            || failure instanceof InterruptException;
    boolean ours = Failures.kindOf(failure) != FailureKind.OTHER || version.getAdapterUri() == null;
    if (failure instanceof RuntimeException unchecked && (stop || ours)) {
      throw unchecked;
    }
    return Failures.reason(failure);
  }

  /** Tells of it; in full once where many versions have the same reason. */
  private void passOver(ModelVersion version, String reason) {
    passedOver.increment();
    String what = "version %d was passed over: %s".formatted(version.getVersion(), reason);
    context.health().note(what);
    (told.isFirst(reason) ? log.atError() : log.atInfo())
        .addKeyValue("model", version.getModel())
        .addKeyValue("version", version.getVersion())
        .addKeyValue("lineage", version.getLineage())
        .addKeyValue("reason", reason)
        .log("model version is passed over");
  }

  private void end() {
    Evaluation evaluation = current;
    current = null;
    if (evaluation != null) {
      evaluation.answering.close();
    }
  }

  /** Wakes a step that waits for versions; it throws Kafka's WakeupException. */
  public void wake() {
    versions.wake();
  }

  @Override
  public void close() {
    end();
    versions.close();
    producer.close(CLOSE);
  }
}
