package dev.dataengine.workers.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dataengine.clients.PatientAdmin;
import dev.dataengine.failure.FailureKind;
import dev.dataengine.failure.Failures;
import dev.dataengine.topics.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every record once, whatever happens to partitions and positions. */
class SampleFeedTest {

  private static final String TOPIC = Topic.VQA_SAMPLES.topicName();

  @TempDir Path directory;
  private final TrainingBench bench = new TrainingBench(1);

  private long committed(int partition) {
    OffsetAndMetadata offset = bench.cluster.committed().get(new TopicPartition(TOPIC, partition));
    return offset == null ? -1 : offset.offset();
  }

  @Test
  void poll_recordsDeletedWhileOthersWait_trainsEachOnce() throws Exception {
    List<String> ids = bench.write(8, "0.5");
    try (Training<?> training = bench.open(directory)) {
      bench.pass(training, 1); // four are trained on, four wait
      List<String> later = bench.write(12, "0.5");
      bench.cluster.deleteBefore(0, 12); // four that wait, and four that were never fetched
      bench.pass(training, 6);
      training.finish();

      List<String> expected = new ArrayList<>(ids);
      expected.addAll(later.subList(4, 12));
      assertThat(bench.learner().learntFrom()).containsExactlyElementsOf(expected);
    }
    assertThat(bench.newest().getOffsets()).containsEntry("0", 20L);
  }

  @Test
  void poll_positionLostInTheMiddleOfABatch_trainsEachOnce() throws Exception {
    List<String> ids = bench.write(6, "0.5");
    try (Training<?> training = bench.open(directory)) {
      bench.pass(training, 1);
      // two of the next batch are in hand when the partition goes and comes back
      training.step();
      bench.cluster.member("trainer-0").leave();
      ids.addAll(bench.write(6, "0.5"));
      bench.pass(training, 4);
      training.finish();
    }
    assertThat(bench.learner().learntFrom()).containsExactlyElementsOf(ids);
  }

  @Test
  void poll_partitionGoneWhileRecordsWait_trainsEachOnce() throws Exception {
    List<String> ids = bench.write(8, "0.5");
    try (Training<?> training = bench.open(directory)) {
      bench.pass(training, 1); // four wait
      bench.cluster.member("trainer-0").leave();
      bench.pass(training, 4);
      training.finish();
    }
    assertThat(bench.learner().learntFrom()).containsExactlyElementsOf(ids);
  }

  @Test
  void onPartitionsRevoked_whatWaits_isNoLongerOurs() throws Exception {
    TrainingBench two = new TrainingBench(2);
    two.write(6, "0.5");
    SampleFeed feed =
        new SampleFeed(
            two.cluster.consumer("c", SampleFeed.settings(two.config(directory))),
            new SamplesTopic(new PatientAdmin(two.cluster.admin("c"), two.context().patience())),
            TrainingBench.BATCH,
            new Progress(ProgressTest.initial()),
            two.context().patience());
    feed.poll(Duration.ZERO);

    feed.onPartitionsRevoked(List.of(new TopicPartition(TOPIC, 1)));

    for (int i = 0; i < 3; i++) {
      assertThat(feed.take().partition()).isZero();
    }
    assertThat(feed.isEmpty()).isTrue();
  }

  @Test
  void poll_topicEndsBeforeTheCheckpoint_isRefusedWithTheRemedy() throws Exception {
    bench.write(8, "0.5");
    try (Training<?> training = bench.open(directory)) {
      bench.pass(training, 6);
    }
    bench.cluster.forget(Topic.VQA_SAMPLES, 3);
    try (Training<?> training = bench.open(directory)) {
      assertThatThrownBy(() -> bench.pass(training, 1))
          .satisfies(e -> assertThat(Failures.kindOf(e)).isEqualTo(FailureKind.MISCONFIGURED))
          .hasMessageContaining(
              "vqa-samples-0 ends at offset 3, but the checkpoint has read it up to 8")
          .hasMessageContaining("begin anew in another checkpoint-directory");
    }
  }

  private List<String> eight() throws Exception {
    List<String> ids = bench.write(8, "0.5");
    try (Training<?> training = bench.open(directory)) {
      bench.pass(training, 6);
    }
    return ids;
  }

  private String id() {
    return bench.cluster.id(TOPIC).toString();
  }

  @Test
  void open_topicMadeAnewAndGrownPastTheCheckpoint_isReadFromItsBeginning() throws Exception {
    List<String> ids = eight();
    String before = id();
    bench.cluster.makeAnew(Topic.VQA_SAMPLES);
    ids.addAll(bench.write(12, "0.5"));

    try (Training<?> training = bench.open(directory)) {
      assertThat(bench.health.note())
          .contains("vqa-samples was made anew: v1 has read another one, with the id " + before)
          .contains("{0=8}")
          .contains("the one with the id " + id() + " is read from its beginning");
      bench.pass(training, 8);
      training.finish();
    }

    assertThat(bench.learner().learntFrom()).containsExactlyElementsOf(ids);
    assertThat(bench.newest().getOffsets()).isEqualTo(Map.of("0", 12L));
    assertThat(bench.newest().getSamplesTrained()).isEqualTo(20);
    // the new checkpoint is of the new topic
    bench.open(directory).close();
    assertThat(bench.health.note()).isEmpty();
  }

  @Test
  void open_topicMadeAnewAndKilledBeforeACheckpoint_isReadFromItsBeginningAgain() throws Exception {
    List<String> ids = eight();
    bench.cluster.makeAnew(Topic.VQA_SAMPLES);
    bench.write(3, "unreadable");
    ids.addAll(bench.write(5, "0.5"));
    for (int start = 0; start < 2; start++) {
      try (Training<?> training = bench.open(directory)) {
        bench.pass(training, 3);
      }
    }
    ids.addAll(bench.write(3, "0.5"));
    try (Training<?> training = bench.open(directory)) {
      bench.pass(training, 8);
    }
    assertThat(bench.learner().learntFrom()).containsExactlyElementsOf(ids);
  }

  @Test
  void open_onlyRefusedRecordsInATopicMadeAnew_areRefusedOnce() throws Exception {
    eight();
    bench.cluster.makeAnew(Topic.VQA_SAMPLES);
    bench.write(3, "unreadable");
    for (int start = 0; start < 3; start++) {
      try (Training<?> training = bench.open(directory)) {
        bench.pass(training, 2);
        training.finish();
      }
    }
    assertThat(bench.letters()).hasSize(3);
  }

  private void startsAgain(org.assertj.core.api.ThrowableAssert.ThrowingCallable passes) {
    assertThatThrownBy(passes)
        .satisfies(e -> assertThat(Failures.kindOf(e)).isEqualTo(FailureKind.OTHER))
        .hasMessageContaining("vqa-samples was made anew while it was read: expected the id ")
        .hasMessageEndingWith("got " + id());
  }

  @Test
  void step_topicMadeAnewWhileItRunsAndGrownPast_makesNoVersionOfBoth() throws Exception {
    List<String> ids = eight();
    bench.write(4, "0.5");
    List<String> anew;
    try (Training<?> training = bench.open(directory)) {
      bench.pass(training, 3); // twelve are trained on
      bench.cluster.makeAnew(Topic.VQA_SAMPLES);
      anew = bench.write(20, "0.5");
      startsAgain(() -> bench.pass(training, 8));
    }
    assertThat(bench.newest().getVersion()).isEqualTo(1);

    ids.addAll(anew);
    try (Training<?> training = bench.open(directory)) {
      bench.pass(training, 10);
      training.finish();
    }
    assertThat(bench.learner().learntFrom()).containsExactlyElementsOf(ids);
    assertThat(bench.newest().getOffsets()).isEqualTo(Map.of("0", 20L));
  }

  @Test
  void poll_topicMadeAnewWhileItRunsAndShorter_isNoLossOfTheSameTopics() throws Exception {
    List<String> ids = eight();
    try (Training<?> training = bench.open(directory)) {
      bench.pass(training, 1);
      bench.cluster.makeAnew(Topic.VQA_SAMPLES);
      ids.addAll(bench.write(4, "0.5"));
      startsAgain(() -> bench.pass(training, 1));
    }
    try (Training<?> training = bench.open(directory)) {
      bench.pass(training, 3);
    }
    assertThat(bench.learner().learntFrom()).containsExactlyElementsOf(ids);
  }

  @Test
  void step_topicMadeAnewThatEndsWhereTheOneBeforeDid_isNoticedThoughNothingComes()
      throws Exception {
    List<String> ids = eight();
    try (Training<?> training = bench.open(directory)) {
      bench.pass(training, 1);
      bench.cluster.makeAnew(Topic.VQA_SAMPLES);
      ids.addAll(bench.write(8, "0.5"));
      bench.nanos += Duration.ofSeconds(31).toNanos();
      startsAgain(() -> bench.pass(training, 1));
    }
    try (Training<?> training = bench.open(directory)) {
      bench.pass(training, 6);
    }
    assertThat(bench.learner().learntFrom()).containsExactlyElementsOf(ids);
  }

  @Test
  void finish_topicMadeAnewMeanwhile_makesNoVersion() throws Exception {
    bench.write(4, "0.5");
    try (Training<?> training = bench.open(directory)) {
      bench.pass(training, 2);
      bench.cluster.makeAnew(Topic.VQA_SAMPLES);
      startsAgain(training::finish);
    }
    assertThat(bench.newest().getVersion()).isZero();
  }

  @Test
  void poll_samplesDeletedWhileItWasDown_goesOnAtTheFirstThatIsLeft() throws Exception {
    bench.write(8, "0.5");
    try (Training<?> training = bench.open(directory)) {
      bench.pass(training, 6);
    }
    List<String> later = bench.write(12, "0.5");
    bench.cluster.deleteBefore(0, 12);
    try (Training<?> training = bench.open(directory)) {
      bench.pass(training, 6);
      assertThat(bench.learner().learntFrom())
          .hasSize(16)
          .endsWith(later.subList(4, 12).toArray(String[]::new));
    }
  }

  @Test
  void poll_brokerAway_waitsAndGoesOn() throws Exception {
    List<String> ids = bench.write(8, "0.5");
    try (Training<?> training = bench.open(directory)) {
      bench.cluster.away = 20;
      bench.pass(training, 6);
      assertThat(bench.cluster.away).isZero();
      assertThat(bench.health.status().outages()).isEqualTo(1);
      assertThat(bench.health.status().state().name()).isEqualTo("RUNNING");
    }
    assertThat(bench.learner().learntFrom()).containsExactlyElementsOf(ids);
    assertThat(bench.newest().getVersion()).isEqualTo(1);
  }

  @Test
  void poll_partitionAdded_isReadFromItsBeginning() throws Exception {
    List<String> ids = bench.write(4, "0.5");
    try (Training<?> training = bench.open(directory)) {
      bench.pass(training, 2);
      bench.cluster.addPartition(Topic.VQA_SAMPLES);
      ids.addAll(bench.write(12, "0.5"));
      bench.cluster.member("trainer-0").join();
      bench.pass(training, 8);
      training.finish();
    }
    assertThat(bench.learner().learntFrom()).containsExactlyInAnyOrderElementsOf(ids);
    assertThat(bench.newest().getOffsets()).hasSize(2);
  }

  @Test
  void poll_whereABatchWaits_leavesTheRestOnTheBroker() throws Exception {
    bench.write(100, "0.5");
    try (Training<?> training = bench.open(directory)) {
      for (int i = 0; i < 5; i++) {
        bench.pass(training, 1);
        long fetched = bench.cluster.member("trainer-0").position(new TopicPartition(TOPIC, 0));
        long learnt = bench.learner().learntFrom().size();
        assertThat(fetched - learnt).isLessThanOrEqualTo(3L * TrainingBench.BATCH);
      }
    }
  }

  @Test
  void reached_markersBehindTheLastSample_areNoLag() throws Exception {
    bench.write(4, "0.5");
    bench.cluster.marker(TOPIC, 0);
    try (Training<?> training = bench.open(directory)) {
      bench.pass(training, 3);
      assertThat(committed(0)).isEqualTo(5);
      // and while it is idle
      bench.cluster.marker(TOPIC, 0);
      bench.pass(training, 2);
      assertThat(committed(0)).isEqualTo(6);
    }
  }

  @Test
  void reached_recordsInHandOrWaiting_areLag() throws Exception {
    bench.write(11, "0.5");
    try (Training<?> training = bench.open(directory)) {
      bench.pass(training, 1);
      assertThat(committed(0)).isEqualTo(4);
      bench.pass(training, 1);
      assertThat(committed(0)).isEqualTo(8);
      bench.pass(training, 1); // three are in hand and wait for a fourth
      assertThat(committed(0)).isEqualTo(8);
      bench.pass(training, 4); // it did not come
      assertThat(committed(0)).isEqualTo(11);
    }
  }

  @Test
  void commit_refused_isMadeAgainThoughNothingMoves() throws Exception {
    bench.write(4, "0.5");
    try (Training<?> training = bench.open(directory)) {
      bench.cluster.member("trainer-0").failingCommits = 2;
      bench.pass(training, 2);
      assertThat(committed(0)).isEqualTo(-1);
      bench.pass(training, 2);
      assertThat(committed(0)).isEqualTo(4);
    }
  }

  @Test
  void commit_nothingNew_asksNothing() throws Exception {
    bench.write(4, "0.5");
    try (Training<?> training = bench.open(directory)) {
      bench.pass(training, 3);
      bench.cluster.committed().clear();
      bench.pass(training, 5);
      assertThat(bench.cluster.committed()).isEmpty();
      training.finish();
      assertThat(committed(0)).isEqualTo(4);
    }
  }
}
