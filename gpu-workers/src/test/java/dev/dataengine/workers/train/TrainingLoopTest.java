package dev.dataengine.workers.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dataengine.events.ModelVersion;
import dev.dataengine.failure.FailureKind;
import dev.dataengine.failure.Failures;
import dev.dataengine.failure.LocalFailureException;
import dev.dataengine.failure.StoppedException;
import dev.dataengine.serde.RegistryAwayException;
import dev.dataengine.topics.Topic;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of records and batches, good and bad. */
class TrainingLoopTest {

  private static final String TOPIC = Topic.VQA_SAMPLES.topicName();

  @TempDir Path directory;
  private final TrainingBench bench = new TrainingBench(1);

  private void loss(FormulaLearner.Loss loss) {
    bench.set = new FormulaLearner.Setup("base", "float32", "8", loss);
  }

  @Test
  void step_badRecordsAmongGoodOnes_areLetteredOnceAndTheRestTrains() throws Exception {
    List<String> ids = new ArrayList<>(bench.write(3, "0.5"));
    bench.write(1, "unreadable");
    bench.write(1, "out of memory");
    bench.write(1, "0.5", " ", "");
    bench.write(1, "0.5", "t".repeat(600_000), "");
    bench.cluster.append(TOPIC, 0, new byte[0], new byte[] {1, 2, 3});
    bench.cluster.append(TOPIC, 0, new byte[0], null);
    ids.addAll(bench.write(5, "0.5"));
    try (Training<?> training = bench.open(directory)) {
      bench.pass(training, 12);
      training.finish();
    }
    bench.open(directory).close();

    assertThat(bench.learner().learntFrom()).containsExactlyElementsOf(ids);
    assertThat(bench.letterOffsets()).containsExactly(3L, 4L, 5L, 6L, 7L, 8L);
    assertThat(bench.letters().get(0)).contains("unreadable");
    assertThat(bench.letters().get(1)).contains("of a record");
    assertThat(bench.letters().get(2)).contains("question_type: expected 1 to 200 letters, got 0");
    assertThat(bench.letters().get(5)).contains("tombstone");
    assertThat(bench.newest().getSamplesSkipped()).isEqualTo(6);
    assertThat(bench.newest().getOffsets()).isEqualTo(Map.of("0", 14L));
    assertThat(bench.counted("skipped")).isEqualTo(6);
    assertThat(bench.counted("samples")).isEqualTo(8);
  }

  @Test
  void step_samplesOfOtherModels_arePassedOver() throws Exception {
    List<String> ids = new ArrayList<>(bench.write(3, "0.5", "type", "tiny"));
    bench.write(3, "unreadable", "type", "another");
    ids.addAll(bench.write(5, "0.5", "type", ""));
    try (Training<?> training = bench.open(directory)) {
      bench.pass(training, 6);
    }

    assertThat(bench.learner().learntFrom()).containsExactlyElementsOf(ids);
    assertThat(bench.letters()).isEmpty();
    assertThat(bench.newest().getSamplesSkipped()).isZero();
    assertThat(bench.newest().getOffsets()).isEqualTo(Map.of("0", 11L));
  }

  @Test
  void finish_nothingButDeadLetters_makesNoVersionAndTheNextStartNoSecondLetter() throws Exception {
    bench.write(5, "unreadable");
    bench.write(2, "0.5", "type", "another");
    try (Training<?> training = bench.open(directory)) {
      bench.pass(training, 3);
      training.finish();
    }
    assertThat(bench.announced()).hasSize(1);

    bench.write(8, "0.5");
    try (Training<?> training = bench.open(directory)) {
      bench.pass(training, 6);
      training.finish();
    }

    assertThat(bench.letters()).hasSize(5);
    assertThat(bench.newest().getVersion()).isEqualTo(1);
    assertThat(bench.newest().getSamplesSkipped()).isEqualTo(5);
    assertThat(bench.newest().getOffsets()).isEqualTo(Map.of("0", 15L));
  }

  @Test
  void step_nothingButDeadLettersForLong_remembersThemThoughItIsKilled() throws Exception {
    bench.write(5, "unreadable");
    try (Training<?> training = bench.open(directory)) {
      bench.pass(training, 2);
      bench.nanos += Duration.ofSeconds(31).toNanos();
      bench.pass(training, 1);
    }
    try (Training<?> training = bench.open(directory)) {
      bench.pass(training, 2);
    }
    assertThat(bench.letters()).hasSize(5);
    assertThat(bench.announced()).extracting(ModelVersion::getVersion).containsExactly(0L, 0L);
  }

  @Test
  void step_nothingButDeadLettersForEver_remembersNoMoreThanSinceTheLastNote() throws Exception {
    try (Training<?> training = bench.open(directory)) {
      for (int hour = 0; hour < 6; hour++) {
        // retention has taken all of the hour before, of which these are some
        bench.cluster.deleteBefore(0, 10_000L * hour);
        bench.write(2, "unreadable");
        bench.pass(training, 2);
        bench.nanos += Duration.ofSeconds(31).toNanos();
        bench.pass(training, 1);
        assertThat(training.loop().refusedPages()).isEqualTo(1);
      }
    }
    assertThat(bench.letters()).hasSize(12);
  }

  @Test
  void step_rollsBackAfterANote_findsNoneOfTheNotedAgain() throws Exception {
    loss((step, rate, sample) -> rate == 1 ? Double.NaN : 0.5);
    bench.write(3, "unreadable");
    for (int i = 0; i < 5_000; i++) {
      bench.cluster.marker(TOPIC, 0);
    }
    bench.write(1, "unreadable");
    try (Training<?> training = bench.open(directory)) {
      bench.pass(training, 3);
      bench.nanos += Duration.ofSeconds(31).toNanos();
      bench.pass(training, 1);
      List<String> ids = bench.write(16, "0.5");
      bench.pass(training, 10);
      training.finish();

      assertThat(bench.counted("rollbacks")).isEqualTo(1);
      assertThat(bench.learner().learntFrom()).containsExactlyElementsOf(ids.subList(8, 16));
    }
    // four that are unreadable, and two batches before the third told that it was not theirs
    assertThat(bench.letterOffsets()).hasSize(12).doesNotHaveDuplicates();
    assertThat(bench.newest().getSamplesSkipped()).isEqualTo(12);
  }

  @Test
  void step_letterNotWritten_isSentUntilItIs() throws Exception {
    bench.write(1, "unreadable");
    bench.write(8, "0.5");
    try (Training<?> training = bench.open(directory)) {
      bench.cluster.sendsFailing = 5;
      bench.pass(training, 6);
    }
    assertThat(bench.letters()).hasSize(1);
    assertThat(bench.newest().getVersion()).isEqualTo(1);
  }

  @Test
  void step_batchIncomplete_waitsAndThenTrains() throws Exception {
    List<String> ids = bench.write(2, "0.5");
    try (Training<?> training = bench.open(directory)) {
      bench.pass(training, 2);
      assertThat(bench.learner().learntFrom()).isEmpty();
      bench.pass(training, 3);
      assertThat(bench.learner().learntFrom()).containsExactlyElementsOf(ids);
      // no full version's worth, so it is made when its time has come
      bench.pass(training, 10);
      assertThat(bench.announced()).hasSize(1);
      bench.nanos += Duration.ofSeconds(30).toNanos();
      bench.pass(training, 1);
      assertThat(bench.newest().getVersion()).isEqualTo(1);
      bench.nanos += Duration.ofSeconds(30).toNanos();
      bench.pass(training, 2);
      assertThat(bench.announced()).hasSize(2);
    }
  }

  @Test
  void finish_batchIncomplete_leavesItToTheNextStart() throws Exception {
    List<String> ids = bench.write(6, "0.5");
    try (Training<?> training = bench.open(directory)) {
      bench.pass(training, 2);
      training.finish();
      assertThat(bench.learner().learntFrom()).containsExactlyElementsOf(ids.subList(0, 4));
    }
    assertThat(bench.newest().getSamplesTrained()).isEqualTo(4);
    assertThat(bench.newest().getOffsets()).isEqualTo(Map.of("0", 4L));
    try (Training<?> training = bench.open(directory)) {
      bench.pass(training, 6);
      assertThat(bench.learner().learntFrom()).containsExactlyElementsOf(ids);
    }
  }

  @Test
  void step_batchWithoutANumber_isQuarantinedAndTrainingGoesOn() throws Exception {
    List<String> ids = new ArrayList<>(bench.write(4, "0.5"));
    bench.write(3, "0.5");
    bench.write(1, "NaN");
    ids.addAll(bench.write(4, "0.5"));
    bench.write(4, "Infinity");
    ids.addAll(bench.write(4, "0.5"));
    try (Training<?> training = bench.open(directory)) {
      bench.pass(training, 12);
      training.finish();
    }

    assertThat(bench.learner().learntFrom()).containsExactlyElementsOf(ids);
    assertThat(bench.letterOffsets()).containsExactly(4L, 5L, 6L, 7L, 12L, 13L, 14L, 15L);
    assertThat(bench.letters().get(0))
        .isEqualTo(
            "quarantined at step 2: its batch gave loss NaN, gradient norm 1.0 and was not trained"
                + " on");
    assertThat(bench.newest().getSteps()).isEqualTo(3);
    assertThat(bench.newest().getSamplesSkipped()).isEqualTo(8);
    assertThat(bench.newest().getTrainingLoss()).isEqualTo(0.5);
    assertThat(bench.counted("quarantined")).isEqualTo(8);
  }

  @Test
  void step_batchThatThrows_isQuarantinedAndTrainingGoesOn() throws Exception {
    List<String> ids = new ArrayList<>(bench.write(4, "0.5"));
    bench.write(4, "throws");
    ids.addAll(bench.write(4, "0.5"));
    try (Training<?> training = bench.open(directory)) {
      bench.pass(training, 8);
    }
    assertThat(bench.learner().learntFrom()).containsExactlyElementsOf(ids);
    assertThat(bench.letters())
        .hasSize(4)
        .allMatch(r -> r.endsWith("the step over its batch failed: a step that throws"));
  }

  /** Weights that are half changed are given up with the service, and are no fault of the batch. */
  @Test
  void step_thatEndsMidway_isAFailureOfTheServiceAndTheNextStartTrainsOnTheBatch()
      throws Exception {
    List<String> ids = bench.write(12, "0.5");
    loss(
        (step, rate, sample) -> {
          if (step == 3) {
            throw new LocalFailureException("the update ended midway", new OutOfMemoryError());
          }
          return 0.5;
        });
    try (Training<?> training = bench.open(directory)) {
      assertThatThrownBy(() -> bench.pass(training, 6))
          .isInstanceOf(LocalFailureException.class)
          .satisfies(e -> assertThat(Failures.kindOf(e)).isEqualTo(FailureKind.OTHER));
    }
    loss((step, rate, sample) -> 0.5);
    try (Training<?> training = bench.open(directory)) {
      bench.pass(training, 6);
    }
    assertThat(bench.letters()).isEmpty();
    assertThat(bench.learner().learntFrom()).containsExactlyElementsOf(ids);
  }

  /** The weights have learnt from the batch by then. */
  @Test
  void step_madeAndNotCounted_isAFailureOfTheServiceAndNotOfTheBatch() throws Exception {
    List<String> ids = bench.write(4, "0.5");
    try (Training<?> training = open(new double[TrainingBench.BATCH + 1])) {
      assertThatThrownBy(() -> bench.pass(training, 6))
          .isInstanceOf(LocalFailureException.class)
          .hasMessageContaining("a step was made and could not be counted");
    }
    try (Training<?> training = bench.open(directory)) {
      bench.pass(training, 6);
    }
    assertThat(bench.letters()).isEmpty();
    assertThat(bench.learner().learntFrom()).containsExactlyElementsOf(ids);
  }

  /** With a learner that tells these losses of its samples, one too many. */
  private Training<FormulaLearner.Sample> open(double[] losses) throws Exception {
    return Training.open(
        bench.config(directory),
        (recorded, letters) ->
            new FormulaLearner(bench.set, recorded) {
              @Override
              public Step step(long number, double rateFactor, List<Sample> batch) {
                Step step = super.step(number, rateFactor, batch);
                return new Step(step.loss(), step.gradientNorm(), losses);
              }
            },
        bench.context());
  }

  @Test
  void step_everyBatchThrows_isAFailureOfTheService() throws Exception {
    bench.write(40, "throws");
    try (Training<?> training = bench.open(directory)) {
      assertThatThrownBy(() -> bench.pass(training, 10))
          .isInstanceOf(IllegalStateException.class)
          .satisfies(e -> assertThat(Failures.kindOf(e)).isEqualTo(FailureKind.OTHER));
    }
    assertThat(bench.letters()).hasSize(8);
  }

  @Test
  void step_noNumberThreeTimesInARow_goesBackOnceAndOnWithHalfTheRate() throws Exception {
    List<String> ids = bench.write(32, "0.5");
    // the weights are spoilt from step 5 on, at the full rate
    loss((step, rate, sample) -> step >= 5 && rate == 1 ? Double.NaN : 0.5);
    try (Training<?> training = bench.open(directory)) {
      bench.pass(training, 14);
    }

    // two versions of eight were whole; then two batches were quarantined, and the third taken back
    List<String> expected = new ArrayList<>(ids.subList(0, 16));
    expected.addAll(ids.subList(24, 32));
    assertThat(bench.learner().learntFrom()).containsExactlyElementsOf(expected);
    assertThat(bench.letterOffsets()).hasSize(8).startsWith(16L).endsWith(23L);
    assertThat(bench.counted("rollbacks")).isEqualTo(1);
    assertThat(bench.newest().getSamplesSkipped()).isEqualTo(8);
    assertThat(bench.newest().getOffsets()).isEqualTo(Map.of("0", 32L));
  }

  /** Fifty steps in which the guard learns what is normal. */
  private Training<?> trained() throws Exception {
    bench.write(200, "0.5");
    Training<?> training = bench.open(directory);
    bench.pass(training, 55);
    assertThat(bench.newest().getVersion()).isEqualTo(25);
    return training;
  }

  @Test
  void step_diverges_goesBackToTheLastVersionAndTrainsEachSampleOnceInTheEnd() throws Exception {
    loss((step, rate, sample) -> step > 52 && rate == 1 ? 9 : 0.5);
    try (Training<?> training = trained()) {
      List<String> ids = bench.write(16, "0.5");
      bench.write(1, "unreadable");
      bench.pass(training, 3);
      assertThat(bench.newest().getVersion()).isEqualTo(26);
      bench.pass(training, 2); // 52 was the last good step; two bad ones, and doubt
      assertThat(bench.counted("rollbacks")).isZero();
      bench.write(7, "0.5");
      while (bench.counted("rollbacks") == 0) {
        bench.pass(training, 1);
      }
      assertThat(bench.health.note())
          .contains("it went back to v26 and on with 0.5 of the learning rate");
      bench.pass(training, 11);

      assertThat(bench.learner().learntFrom()).doesNotHaveDuplicates().containsAll(ids);
      assertThat(bench.learner().learntFrom()).hasSize(223);
      assertThat(bench.letters()).hasSize(1);
      assertThat(bench.newest().getVersion()).isEqualTo(27);
      assertThat(bench.newest().getSamplesTrained()).isEqualTo(216);
      bench.write(8, "0.5");
      bench.pass(training, 4);
    }
    // the smaller rate is remembered
    try (Training<?> again = bench.open(directory)) {
      bench.write(40, "0.5");
      bench.pass(again, 12);
      assertThat(bench.counted("rollbacks")).isEqualTo(1);
    }
    // and forgotten where another one is configured
    bench.learningRate = 5e-4;
    try (Training<?> again = bench.open(directory)) {
      bench.write(40, "0.5");
      bench.pass(again, 12);
      assertThat(bench.counted("rollbacks")).isEqualTo(2);
    }
  }

  @Test
  void step_divergesAgainAfterTheRollBack_endsWithTheRemedyAndTheLastVersionStands()
      throws Exception {
    loss((step, rate, sample) -> step > 52 ? 9 : 0.5);
    try (Training<?> training = trained()) {
      bench.write(100, "0.5");
      assertThatThrownBy(() -> bench.pass(training, 40))
          .isInstanceOf(DivergenceException.class)
          .satisfies(e -> assertThat(Failures.kindOf(e)).isEqualTo(FailureKind.MISCONFIGURED))
          .hasMessageContaining("with a learning rate of 5.0E-4")
          .hasMessageContaining("smaller trainer.optimizer.learning-rate");
    }
    assertThat(bench.newest().getVersion()).isEqualTo(26);
    assertThat(bench.counted("rollbacks")).isEqualTo(1);
  }

  @Test
  void step_lossCreepsUp_makesNoVersionOfWhatIsDoubtful() throws Exception {
    loss((step, rate, sample) -> step <= 50 ? 0.5 : 0.5 * Math.pow(1.1, (double) step - 50));
    try (Training<?> training = trained()) {
      bench.write(100, "0.5");
      assertThatThrownBy(() -> bench.pass(training, 100)).isInstanceOf(DivergenceException.class);
    }
    // at step 64 the loss was above 1.9, at 72 it had diverged
    assertThat(bench.newest().getSteps()).isBetween(54L, 66L);
  }

  @Test
  void finish_doubtful_makesNoVersion() throws Exception {
    loss((step, rate, sample) -> step > 52 ? 9 : 0.5);
    try (Training<?> training = trained()) {
      bench.write(16, "0.5");
      bench.pass(training, 4);
      training.finish();
    }
    assertThat(bench.newest().getVersion()).isEqualTo(26);
  }

  @Test
  void step_newTypeAtAHighLoss_trainsOn() throws Exception {
    loss((step, rate, sample) -> sample.questionType().equals("new") ? 3 : 0.05);
    try (Training<?> training = trained()) {
      bench.write(80, "3", "new", "");
      bench.pass(training, 30);
      bench.write(8, "0.5");
      bench.pass(training, 4);
    }
    assertThat(bench.newest().getSamplesTrained()).isEqualTo(288);
    assertThat(bench.counted("rollbacks")).isZero();
  }

  @Test
  void publish_registryAway_waitsAndPublishes() throws Exception {
    int[] failures = {30};
    SchemaRegistryClient away =
        (SchemaRegistryClient)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {SchemaRegistryClient.class},
                (proxy, method, arguments) -> {
                  if (failures[0] > 0 && method.getName().startsWith("register")) {
                    failures[0]--;
                    throw new RegistryAwayException("the registry is silent", new IOException());
                  }
                  return method.invoke(bench.registry, arguments);
                });
    TrainingContext real = bench.context();
    TrainingContext context =
        new TrainingContext(
            real.clients(),
            away,
            real.patience(),
            real.health(),
            real.clock(),
            real.nanos(),
            real.lineages(),
            false,
            real.metrics());

    Training.open(
            bench.config(directory),
            (recorded, letters) -> new FormulaLearner(bench.set, recorded),
            context)
        .close();

    assertThat(failures[0]).isZero();
    assertThat(bench.newest().getVersion()).isZero();
    assertThat(bench.health.status().outages()).isPositive();
  }

  @Test
  void publish_brokerAwayNowAndThen_announcesEachVersionInTurn() throws Exception {
    for (int seed = 1; seed < 12; seed++) {
      bench.cluster.awayAtTimes = new Random(seed);
      try (Training<?> training = bench.open(directory)) {
        bench.write(8, "0.5");
        bench.pass(training, 8);
      }
    }
    assertThat(bench.announced().stream().map(ModelVersion::getVersion).distinct())
        .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L);
  }

  /** A learner that writes down how many letters were out when it was told that all are. */
  private Training<FormulaLearner.Sample> open(List<Integer> lettersOut) throws Exception {
    return Training.open(
        bench.config(directory),
        (recorded, letters) ->
            new FormulaLearner(bench.set, recorded) {
              @Override
              public void lettersWritten() {
                lettersOut.add(bench.letters().size());
              }
            },
        bench.context());
  }

  @Test
  void step_letters_areOutBeforeTheCheckpointThatLeavesTheirRecordsBehind() throws Exception {
    List<Integer> lettersOut = new ArrayList<>();
    try (Training<?> training = open(lettersOut)) {
      bench.pass(training, 1); // committed for lag, which is not due again for a while
      bench.write(1, "unreadable");
      bench.write(8, "0.5");
      bench.cluster.sendsFailing = 1_000_000;
      bench.pauses = 6;
      training.step();
      assertThatThrownBy(training::step).isInstanceOf(StoppedException.class);
      assertThat(directory.resolve("v000001")).doesNotExist();
      assertThat(lettersOut).containsExactly(0);
      lettersOut.clear();

      bench.running = true;
      bench.pauses = 6;
      bench.cluster.sendsFailing = 1;
      training.step();
    }
    assertThat(directory.resolve("v000001")).exists();
    assertThat(bench.newest().getOffsets()).isEqualTo(Map.of("0", 9L));
    assertThat(lettersOut).containsOnly(1);
  }

  @Test
  void step_lettersThatDoNotGetOut_holdVersionsAndCommits() throws Exception {
    bench.write(1, "unreadable");
    bench.write(8, "0.5");
    try (Training<?> training = bench.open(directory)) {
      bench.cluster.sendsFailing = 1_000_000;
      bench.pauses = 6;
      assertThatThrownBy(() -> bench.pass(training, 6)).isInstanceOf(StoppedException.class);
      assertThat(bench.cluster.committed()).isEmpty();
      bench.running = true;
      bench.pauses = 6;
      assertThatThrownBy(training::finish).isInstanceOf(StoppedException.class);
      assertThat(bench.announced()).hasSize(1);
      assertThat(directory.resolve("v000001")).doesNotExist();
    }
  }

  @Test
  void publish_transactionThatHasToBeAborted_isMadeAnew() throws Exception {
    bench.write(8, "0.5");
    try (Training<?> training = bench.open(directory)) {
      bench.cluster.commitFailures.add(new TimeoutException("maybe carried out"));
      bench.cluster.commitFailures.add(
          new KafkaException("in an error state", new TimeoutException("a batch expired")));
      bench.cluster.commitFailures.add(new NotLeaderOrFollowerException("moved"));
      bench.pass(training, 6);
    }
    assertThat(bench.announced()).hasSize(2);
    assertThat(bench.cluster.aborted).isEqualTo(2);
  }

  @Test
  void publish_refused_isThrownAndAborted() throws Exception {
    bench.write(8, "0.5");
    try (Training<?> training = bench.open(directory)) {
      bench.cluster.commitFailures.add(new KafkaException("too large"));
      assertThatThrownBy(() -> bench.pass(training, 6)).hasMessage("too large");
    }
    assertThat(bench.cluster.aborted).isEqualTo(1);
    assertThat(bench.announced()).hasSize(1);
    // the checkpoint was made, and the next start tells of it
    bench.open(directory).close();
    assertThat(bench.newest().getVersion()).isEqualTo(1);
  }

  @Test
  void open_publisher_barsOthersByTheModelsTransactionalId() {
    assertThat(VersionPublisher.settings("tiny"))
        .containsEntry("transactional.id", "trainers.tiny");
    assertThat(SampleFeed.settings(bench.config(directory)))
        .containsEntry("group.id", "trainers.tiny")
        .containsEntry("group.instance.id", "trainer-0")
        .containsEntry("auto.offset.reset", "none")
        .containsEntry("max.poll.records", "8");
  }

  @Test
  void run_stoppedWhileTheBrokerIsAway_endsSoonAndTheNextStartGoesOn() throws Exception {
    List<String> ids = bench.write(8, "0.5");
    try (Training<?> training = bench.open(directory)) {
      bench.pass(training, 1);
      bench.cluster.away = 1_000_000;
      bench.pauses = 10;
      training.run(() -> bench.running);
      assertThat(bench.cluster.away).isGreaterThan(999_900);
    }
    bench.cluster.away = 0;
    bench.running = true;
    try (Training<?> training = bench.open(directory)) {
      bench.pass(training, 6);
    }
    assertThat(bench.learner().learntFrom()).containsExactlyElementsOf(ids);
  }
}
