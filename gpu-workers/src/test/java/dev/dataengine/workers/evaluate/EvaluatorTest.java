package dev.dataengine.workers.evaluate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dataengine.benchmark.Benchmark;
import dev.dataengine.benchmark.BenchmarkException;
import dev.dataengine.benchmark.BenchmarkQuestion;
import dev.dataengine.events.EvaluationResult;
import dev.dataengine.events.ModelState;
import dev.dataengine.events.ModelVersion;
import dev.dataengine.failure.Health;
import dev.dataengine.failure.LocalFailureException;
import dev.dataengine.failure.Patience;
import dev.dataengine.failure.StoppedException;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.workers.cluster.FakeCluster;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The loop of the evaluator over a cluster in memory and a model that is a formula. */
class EvaluatorTest {

  private static final String VERSIONS = "model-versions";
  private static final String RESULTS = "evaluation-results";
  private static final String LETTERS = "model-versions.dead-letter";
  private static final String FORMER_BASE = "f".repeat(64);
  private static final String BASE = "b".repeat(64);

  private final FakeCluster cluster = new FakeCluster().topic(VERSIONS, 2);
  private final MockSchemaRegistryClient registry = new MockSchemaRegistryClient();
  private final EventSerde<ModelVersion> versions = EventSerde.of(ModelVersion.class, registry);
  private final EventSerde<EvaluationResult> results =
      EventSerde.of(EvaluationResult.class, registry);
  private final Health health = new Health();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final Formula formula = new Formula();
  private final Benchmark benchmark =
      new Benchmark("squares", "", Path.of("squares"), questions(10));
  private boolean running = true;
  private Evaluator evaluator = open();

  private Evaluator open() {
    try {
      return Evaluator.open(
          "tiny",
          benchmark,
          formula,
          new EvaluatorContext(
              cluster,
              registry,
              new Patience(() -> running, health, (pause, still) -> sleep(still)),
              health,
              Clock.fixed(Instant.ofEpochMilli(7), ZoneOffset.UTC),
              metrics));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Time passes, and the broker answers. */
  private boolean sleep(BooleanSupplier still) {
    cluster.answer();
    return still.getAsBoolean();
  }

  @AfterEach
  void close() {
    evaluator.close();
    assertThat(formula.open).isZero();
  }

  private static List<BenchmarkQuestion> questions(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                new BenchmarkQuestion(
                    "q" + i,
                    "image",
                    "image.png",
                    "a".repeat(64),
                    "What?",
                    "type",
                    List.of("a", "b", "c"),
                    i % 3))
        .toList();
  }

  /** Takes choice (version + question) % 3, three questions at a time. */
  private final class Formula implements Answerer {
    private final List<Long> begun = new ArrayList<>();
    private final Set<Long> broken = new TreeSet<>();
    private final Set<Long> failing = new TreeSet<>();
    private RuntimeException failure = new IllegalStateException("native code said no");
    private String precision = "float32";
    private boolean adopts;
    private int open;

    @Override
    public String base() {
      return BASE;
    }

    @Override
    public Set<String> formerBases() {
      return Set.of(FORMER_BASE);
    }

    @Override
    public String precision() {
      return precision;
    }

    @Override
    public boolean adopt(String wanted) {
      precision = adopts ? wanted : precision;
      return adopts;
    }

    @Override
    public Answering begin(ModelVersion version) throws UnfitVersionException {
      begun.add(version.getVersion());
      if (broken.contains(version.getVersion())) {
        throw new UnfitVersionException("its file was altered");
      }
      open++;
      return new Answering() {
        private int next;

        @Override
        public List<Answer> next() throws UnfitVersionException {
          if (failing.contains(version.getVersion()) && next >= 3) {
            throw failure;
          }
          List<Answer> answers = new ArrayList<>();
          for (int end = Math.min(next + 3, benchmark.questions().size()); next < end; next++) {
            int taken = (int) ((version.getVersion() + next) % 3);
            answers.add(new Answer(benchmark.questions().get(next), taken, 5));
          }
          return answers;
        }

        @Override
        public void close() {
          open--;
        }
      };
    }

    @Override
    public void close() {}
  }

  private static ModelVersion.Builder version(long number) {
    return ModelVersion.newBuilder()
        .setVersionId("tiny|" + number)
        .setModel("tiny")
        .setVersion(number)
        .setLineage("run")
        .setBase(BASE)
        .setPrecision("float32")
        .setAdapterUri("file:///v" + number)
        .setAdapterSha256("a" + number)
        .setState(ModelState.CANDIDATE)
        .setCreatedAt(Instant.EPOCH);
  }

  private void announce(ModelVersion.Builder version) {
    ModelVersion event = version.build();
    cluster.append(VERSIONS, 0, event.getModel(), versions.serialize(VERSIONS, event));
  }

  /** Steps until twice there was nothing to do. */
  private void run() throws Exception {
    for (int idle = 0; idle < 2; ) {
      idle = evaluator.step() ? 0 : idle + 1;
    }
  }

  private List<EvaluationResult> published() {
    return cluster.records(RESULTS).stream().map(results::event).toList();
  }

  private List<Long> versionsOfResults() {
    return published().stream().map(EvaluationResult::getModelVersion).distinct().toList();
  }

  @Test
  void step_version_isAnsweredWholeAndPublishedAsTheFormulaSays() throws Exception {
    announce(version(4));

    run();

    List<EvaluationResult> all = published();
    assertThat(all).hasSize(10);
    for (int i = 0; i < 10; i++) {
      EvaluationResult result = all.get(i);
      int taken = (4 + i) % 3;
      assertThat(result.getQuestionId()).isEqualTo("q" + i);
      assertThat(new String(cluster.records(RESULTS).get(i).key(), UTF_8)).isEqualTo("q" + i);
      assertThat(result.getPredictedChoice()).isEqualTo(taken);
      assertThat(result.getAnswer()).isEqualTo(List.of("a", "b", "c").get(taken));
      assertThat(result.getCorrectChoice()).isEqualTo(i % 3);
      assertThat(result.getScore()).isEqualTo(taken == i % 3 ? 1.0 : 0.0);
      assertThat(result.getModel()).isEqualTo("tiny");
      assertThat(result.getModelVersion()).isEqualTo(4);
      assertThat(result.getLineage()).isEqualTo("run");
      assertThat(result.getBenchmark()).isEqualTo("squares");
      assertThat(result.getQuestionCount()).isEqualTo(10);
      assertThat(result.getEvaluatedAt()).isEqualTo(Instant.ofEpochMilli(7));
    }
    assertThat(all.stream().map(EvaluationResult::getResultId)).doesNotHaveDuplicates();
    assertThat(metrics.counter("dataengine.evaluator.questions", "model", "tiny").count())
        .isEqualTo(10);
  }

  @Test
  void step_manyVersions_onlyTheNewestIsEvaluatedAndNoneTwice() throws Exception {
    for (long number = 0; number < 5; number++) {
      announce(version(number));
    }
    run();
    announce(version(4));
    run();
    announce(version(5));
    announce(version(6));
    run();

    assertThat(versionsOfResults()).containsExactly(4L, 6L);
    assertThat(published()).hasSize(20);
  }

  @Test
  void step_anotherModelsVersions_arePassedOver() throws Exception {
    announce(version(9).setModel("other"));

    run();

    assertThat(formula.begun).isEmpty();
    assertThat(cluster.records(LETTERS)).isEmpty();
  }

  @Test
  void step_trainingBegunAnew_goesOnWithItsLineage() throws Exception {
    announce(version(7));
    run();
    announce(
        version(8)
            .setLineage("second run")
            .setLineageSince(8)
            .setAdapterUri(null)
            .setAdapterSha256(null));
    run();
    announce(version(9).setLineage("second run").setLineageSince(8));
    run();

    assertThat(published().stream().map(r -> r.getModelVersion() + r.getLineage()).distinct())
        .containsExactly("7run", "8second run", "9second run");
  }

  @Test
  void step_anotherBase_isToldAndWaitedFor() throws Exception {
    announce(version(1).setBase("c".repeat(64)));
    run();

    assertThat(formula.begun).isEmpty();
    assertThat(health.status().state()).isEqualTo(Health.State.WAITING);
    assertThat(health.status().detail()).isEqualTo("a version of this base");
    assertThat(health.note())
        .startsWith("version 1 was passed over: base: expected " + BASE)
        .contains("evaluator.model-directory")
        .contains("got " + "c".repeat(64));
    assertThat(
            metrics.counter("dataengine.evaluator.versions.passed.over", "model", "tiny").count())
        .isEqualTo(1);

    announce(version(2));
    run();

    assertThat(versionsOfResults()).containsExactly(2L);
    assertThat(health.status().state()).isEqualTo(Health.State.RUNNING);
    assertThat(health.note()).isEmpty();
  }

  @Test
  void step_anotherPrecision_isAdoptedOrToldWithTheSetting() throws Exception {
    announce(version(1).setPrecision("bfloat16"));
    run();

    assertThat(published()).isEmpty();
    assertThat(health.status().detail()).isEqualTo("a version of this precision");
    assertThat(health.note())
        .contains("precision: expected float32, got bfloat16; set evaluator.precision to bfloat16");

    formula.adopts = true;
    announce(version(2).setPrecision("bfloat16"));
    announce(version(3).setPrecision("bfloat16"));
    run();

    assertThat(formula.precision).isEqualTo("bfloat16");
    assertThat(versionsOfResults()).containsExactly(3L);
  }

  @Test
  void step_versionOfAWriterBeforePrecisionsWereRecorded_isEvaluated() throws Exception {
    announce(version(1).setPrecision("").setLineage("").setBase(FORMER_BASE));
    run();

    assertThat(versionsOfResults()).containsExactly(1L);
  }

  @Test
  void step_versionOfTodayWithAFormerBase_isPassedOver() throws Exception {
    announce(version(1).setBase(FORMER_BASE));
    run();

    assertThat(versionsOfResults()).isEmpty();
  }

  @Test
  void step_newestDoesNotLoad_theOneBelowIsTakenAndTheNextGoesOn() throws Exception {
    announce(version(1));
    announce(version(2));
    announce(version(3));
    formula.broken.add(3L);
    run();
    announce(version(4));
    run();

    assertThat(formula.begun).containsExactly(3L, 2L, 4L);
    assertThat(versionsOfResults()).containsExactly(2L, 4L);
  }

  @Test
  void step_versionFailsHalfway_isPassedOverAndTheNextGoesOn() throws Exception {
    announce(version(1));
    formula.failing.add(1L);
    run();

    assertThat(health.note()).isEqualTo("version 1 was passed over: native code said no");

    announce(version(2));
    run();

    assertThat(published().stream().filter(r -> r.getModelVersion() == 2)).hasSize(10);
  }

  @Test
  void step_failureThatIsNoVersions_isThrown() {
    formula.failing.add(1L);
    formula.failure = new BenchmarkException("an image was altered");
    announce(version(1));
    assertThatThrownBy(this::run).isInstanceOf(BenchmarkException.class);
    evaluator.close();

    formula.failure = new LocalFailureException("the disk", new java.io.IOException("EIO"));
    evaluator = open();
    assertThatThrownBy(this::run).isInstanceOf(LocalFailureException.class);
    evaluator.close();

    formula.failure = new IllegalStateException("the base model itself");
    announce(version(1).setAdapterUri(null));
    evaluator = open();
    assertThatThrownBy(this::run).hasMessage("the base model itself");
  }

  @Test
  void step_recordsThatAreNoVersions_goToTheDeadLettersOnceOverAllStarts() throws Exception {
    cluster.append(VERSIONS, 1, "tiny", "no event".getBytes(UTF_8));
    cluster.append(VERSIONS, 1, "gone", null);
    announce(version(-1));
    announce(version(Long.MAX_VALUE));
    announce(version(3));
    announce(version(3).setAdapterSha256("other"));
    announce(version(3).setLineage("other run"));
    for (int start = 0; start < 3; start++) {
      run();
      evaluator.close();
      evaluator = open();
    }

    assertThat(formula.begun).containsExactly(3L, 3L, 3L);
    assertThat(cluster.records(LETTERS).stream().map(this::reason))
        .satisfiesExactlyInAnyOrder(
            reason -> assertThat(reason).contains("Unknown magic byte"),
            reason -> assertThat(reason).contains("version: expected 0 to").contains("got -1"),
            reason -> assertThat(reason).contains("got 9223372036854775807"),
            reason -> assertThat(reason).contains("a version never changes"),
            reason -> assertThat(reason).contains("got lineage 'other run'"));
  }

  /** What was looked at counts as looked at only when its letter is with the broker. */
  @Test
  void step_letterThatTheBrokerDoesNotTake_isSentByTheNextStart() throws Exception {
    cluster.append(VERSIONS, 1, "tiny", "no event".getBytes(UTF_8));
    cluster.losing(new org.apache.kafka.common.errors.RecordTooLargeException("no"));
    assertThatThrownBy(this::run).hasMessage("no");
    assertThat(cluster.records(LETTERS)).isEmpty();
    evaluator.close();

    evaluator = open();
    run();

    assertThat(cluster.records(LETTERS)).hasSize(1);
  }

  private String reason(org.apache.kafka.clients.consumer.ConsumerRecord<byte[], byte[]> letter) {
    return new String(letter.headers().lastHeader("dataengine.reason").value(), UTF_8);
  }

  @Test
  void step_brokerAwayAtAnyCall_goesOnAndLosesNothing() throws Exception {
    health.running();
    for (int at = 0; at < 40; at++) {
      announce(version(at));
      for (int steps = 0; steps < at % 7; steps++) {
        evaluator.step();
      }
      cluster.failing(new TimeoutException("away"), new NotLeaderOrFollowerException("moving"));
      cluster.losing(new TimeoutException("expired"), new TimeoutException("expired"));
      long version = at;
      run();
      assertThat(published().stream().filter(r -> r.getModelVersion() == version))
          .extracting(EvaluationResult::getQuestionId)
          .containsExactlyInAnyOrder(
              IntStream.range(0, 10).mapToObj(i -> "q" + i).toArray(String[]::new));
    }
    assertThat(health.status().outages()).isPositive();
    assertThat(health.status().state()).isEqualTo(Health.State.RUNNING);
  }

  @Test
  void step_answersOfTheBrokerThatComeLate_areWaitedForAndWhatWasLostIsSentAgain()
      throws Exception {
    cluster.answeringLate();
    announce(version(1));
    for (int i = 0; i < 4; i++) {
      cluster.losing(new TimeoutException("expired"));
    }

    run();

    assertThat(published())
        .extracting(EvaluationResult::getQuestionId)
        .containsExactlyInAnyOrder(
            IntStream.range(0, 10).mapToObj(i -> "q" + i).toArray(String[]::new));
  }

  @Test
  void step_topicReadInManyPolls_waitsForItsEndBeforeAVersionIsTaken() throws Exception {
    evaluator.close();
    cluster.recordsOfAPoll(1);
    evaluator = open();
    for (long number = 0; number < 5; number++) {
      announce(version(number));
    }

    for (int i = 0; i < 20; i++) {
      evaluator.step();
    }

    assertThat(formula.begun).containsExactly(4L);
  }

  @Test
  void step_stoppedWhileTheBrokerIsAway_ends() throws Exception {
    announce(version(1));
    evaluator.step();
    evaluator.step();
    for (int i = 0; i < 5; i++) {
      cluster.losing(new TimeoutException("expired"));
    }
    running = false;

    assertThatThrownBy(this::run).isInstanceOf(StoppedException.class);
  }

  @Test
  void step_resultThatTheBrokerRefuses_isAFaultOfTheBenchmark() {
    announce(version(1));
    cluster.losing(new RecordTooLargeException("2 MB"));

    assertThatThrownBy(this::run)
        .isInstanceOf(BenchmarkException.class)
        .hasMessageContaining("larger than the broker takes");
  }

  @Test
  void step_again_sameAnswerHasTheSameIdentity() throws Exception {
    announce(version(1));
    run();
    evaluator.close();
    evaluator = open();
    run();

    List<String> ids = published().stream().map(EvaluationResult::getResultId).toList();
    assertThat(ids).hasSize(20);
    assertThat(ids.subList(0, 10)).isEqualTo(ids.subList(10, 20));
  }
}
