package dev.dataengine.workers.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dataengine.events.ModelVersion;
import dev.dataengine.failure.FailureKind;
import dev.dataengine.failure.Failures;
import dev.dataengine.failure.LocalFailureException;
import dev.dataengine.failure.MisconfiguredException;
import dev.dataengine.topics.Topic;
import dev.dataengine.workers.adapter.Manifest;
import dev.dataengine.workers.adapter.PeftFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which checkpoint a start goes on from, and what it is called. */
class TrainingIdentityTest {

  @TempDir Path root;
  private final TrainingBench bench = new TrainingBench(2);

  private Path directory(String name) {
    return root.resolve(name);
  }

  private Path checkpoint(String name, long version) {
    return directory(name).resolve("v%06d".formatted(version));
  }

  /** Trains on so many samples, in versions of eight, and stops. */
  private void train(String name, int count) throws Exception {
    bench.write(count, "0.5");
    try (Training<?> training = bench.open(directory(name))) {
      bench.pass(training, 12);
      training.finish();
    }
  }

  @Test
  void open_nothingAnnounced_announcesTheBaseAsVersion0OfARun() throws Exception {
    bench.open(directory("a")).close();

    assertThat(bench.announced()).hasSize(1);
    ModelVersion base = bench.newest();
    assertThat(base.getVersionId()).isEqualTo("tiny|0");
    assertThat(base.getVersion()).isZero();
    assertThat(base.getLineage()).isEqualTo("run-0");
    assertThat(base.getLineageSince()).isZero();
    assertThat(base.getParent()).isNull();
    assertThat(base.getAdapterUri()).isNull();
    assertThat(base.getAdapterSha256()).isNull();
    assertThat(base.getManifestSha256()).isNull();
    assertThat(base.getBase()).isEqualTo("base");
    assertThat(base.getPrecision()).isEqualTo("float32");
  }

  @Test
  void finish_afterSamples_announcesWhatTheCheckpointHolds() throws Exception {
    train("a", 16);

    assertThat(bench.announced()).extracting(ModelVersion::getVersion).containsExactly(0L, 1L, 2L);
    ModelVersion second = bench.newest();
    Path directory = checkpoint("a", 2);
    assertThat(second.getParent()).isEqualTo(1);
    assertThat(second.getLineage()).isEqualTo("run-0");
    assertThat(second.getLineageSince()).isZero();
    assertThat(second.getAdapterUri()).isEqualTo(directory.toUri().toString());
    assertThat(second.getAdapterSha256())
        .isEqualTo(PeftFiles.sha256(directory.resolve(PeftFiles.WEIGHTS)));
    assertThat(second.getManifestSha256())
        .isEqualTo(PeftFiles.sha256(directory.resolve("manifest.json")));
    assertThat(second.getOffsets()).isEqualTo(Map.of("0", 8L, "1", 8L));
    assertThat(second.getSteps()).isEqualTo(4);
    assertThat(second.getSamplesTrained()).isEqualTo(16);
    assertThat(second.getSamplesByType()).isEqualTo(Map.of("type", 16L));
    assertThat(second.getTrainingLoss()).isEqualTo(0.5);
  }

  @Test
  void open_anotherDirectory_goesOnBehindTheNewestNumberAsAnotherRun() throws Exception {
    train("a", 16);

    train("b", 8);

    List<ModelVersion> all = bench.announced();
    assertThat(all)
        .extracting(ModelVersion::getVersion)
        .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L);
    ModelVersion begun = all.get(3);
    assertThat(begun.getLineage()).isEqualTo("run-1");
    assertThat(begun.getLineageSince()).isEqualTo(3);
    assertThat(begun.getParent()).isNull();
    assertThat(begun.getAdapterUri()).isNull();
    assertThat(begun.getSamplesTrained()).isZero();
    // it trains on all that the topic holds, from the base on
    assertThat(bench.newest().getSamplesTrained()).isEqualTo(24);
    assertThat(bench.newest().getLineageSince()).isEqualTo(3);
    assertThat(bench.learner().learntFrom()).hasSize(24).doesNotHaveDuplicates();
    assertThat(bench.health.note()).isEmpty();
  }

  @Test
  void open_anotherDirectoryAfterCompaction_goesOnBehindTheNewestNumber() throws Exception {
    train("a", 16);
    bench.cluster.compact(Topic.MODEL_VERSIONS);

    bench.open(directory("b")).close();

    assertThat(bench.newest().getVersion()).isEqualTo(3);
    assertThat(bench.newest().getLineageSince()).isEqualTo(3);
  }

  @Test
  void open_sameDirectory_announcesTheSameAgainAndGoesOn() throws Exception {
    train("a", 16);
    ModelVersion before = bench.newest();

    train("a", 8);

    List<ModelVersion> all = bench.announced();
    assertThat(all.get(3)).isEqualTo(before);
    assertThat(all).extracting(ModelVersion::getVersion).containsExactly(0L, 1L, 2L, 2L, 3L);
    assertThat(all).extracting(ModelVersion::getLineage).containsOnly("run-0");
    assertThat(bench.learner().learntFrom()).hasSize(24).doesNotHaveDuplicates();
    assertThat(bench.health.note()).isEmpty();
  }

  @Test
  void open_topicWithOtherModelsAndWhatIsNoVersion_heedsItsOwn() throws Exception {
    bench.model = "other";
    train("o", 16);
    bench.model = TrainingBench.MODEL;
    bench.cluster.append(
        Topic.MODEL_VERSIONS.topicName(), 0, new byte[] {1}, TrainingBench.NO_EVENT);
    bench.cluster.append(Topic.MODEL_VERSIONS.topicName(), 0, new byte[] {1}, null);
    forged(-5, 0);
    forged(7, 8);
    forged(Long.MAX_VALUE, 0);
    forged(1L << 60, 1L << 60);
    forged(1L << 53, 0);

    bench.open(directory("a")).close();

    assertThat(bench.newest().getModel()).isEqualTo("tiny");
    assertThat(bench.newest().getVersion()).isZero();
  }

  private void forged(long version, long since) {
    ModelVersion event =
        ModelVersion.newBuilder(bench.newest())
            .setModel("tiny")
            .setVersion(version)
            .setLineageSince(since)
            .build();
    bench.cluster.append(
        Topic.MODEL_VERSIONS.topicName(),
        0,
        new byte[0],
        bench.versions.serialize(Topic.MODEL_VERSIONS.topicName(), event));
  }

  /** Ways to damage a checkpoint; the directory of the newest one is given. */
  @FunctionalInterface
  private interface Damage {
    void to(Path checkpoint) throws IOException;
  }

  private void trainsOnFromTheOneBeforeAsAnotherRun(Damage damage) throws Exception {
    train("a", 16);
    damage.to(checkpoint("a", 2));

    train("a", 8);

    // 16 samples were trained on before; the eight of v2 train again, and eight new ones
    List<ModelVersion> all = bench.announced();
    assertThat(all).extracting(ModelVersion::getVersion).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
    ModelVersion branch = all.get(3);
    assertThat(branch.getLineage()).isEqualTo("run-1");
    assertThat(branch.getLineageSince()).isEqualTo(3);
    assertThat(branch.getParent()).isEqualTo(1);
    assertThat(branch.getAdapterSha256()).isEqualTo(all.get(1).getAdapterSha256());
    assertThat(branch.getManifestSha256())
        .isEqualTo(PeftFiles.sha256(checkpoint("a", 3).resolve("manifest.json")));
    assertThat(branch.getSamplesTrained()).isEqualTo(8);
    assertThat(bench.newest().getSamplesTrained()).isEqualTo(24);
    assertThat(bench.learner().learntFrom()).hasSize(24).doesNotHaveDuplicates();
  }

  private void told(String what) throws Exception {
    bench.open(directory("a")).close();
    assertThat(bench.health.note()).contains(what);
  }

  @Test
  void open_oneByteOfTheNewestAdapterChanged_usesTheOneBeforeAndTellsIt() throws Exception {
    train("a", 16);
    flip(checkpoint("a", 2).resolve(PeftFiles.WEIGHTS));

    told("checkpoint v2 is not used: " + checkpoint("a", 2).resolve(PeftFiles.WEIGHTS));
    assertThat(bench.newest().getVersion()).isEqualTo(3);
    assertThat(bench.newest().getParent()).isEqualTo(1);
  }

  private static void flip(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
  }

  @Test
  void open_anyFileOfTheNewestAltered_goesOnFromTheOneBefore() throws Exception {
    trainsOnFromTheOneBeforeAsAnotherRun(c -> flip(c.resolve("trainer_state.json")));
  }

  @Test
  void open_momentsAltered_goesOnFromTheOneBefore() throws Exception {
    trainsOnFromTheOneBeforeAsAnotherRun(c -> flip(c.resolve("moment")));
  }

  @Test
  void open_newestTorn_goesOnFromTheOneBefore() throws Exception {
    trainsOnFromTheOneBeforeAsAnotherRun(
        c -> Files.write(c.resolve(PeftFiles.WEIGHTS), new byte[3]));
  }

  @Test
  void open_fileOfTheNewestGone_goesOnFromTheOneBefore() throws Exception {
    trainsOnFromTheOneBeforeAsAnotherRun(c -> Files.delete(c.resolve("moment")));
  }

  @Test
  void open_manifestOfTheNewestGone_goesOnFromTheOneBefore() throws Exception {
    trainsOnFromTheOneBeforeAsAnotherRun(c -> Files.delete(c.resolve("manifest.json")));
  }

  @Test
  void open_alteredWithAManifestThatFits_goesOnFromTheOneBefore() throws Exception {
    trainsOnFromTheOneBeforeAsAnotherRun(
        c -> {
          flip(c.resolve("moment"));
          new Manifest("tiny", 2, "run-0", "base", "float32", Map.of()).over(c).write(c);
        });
  }

  @Test
  void open_olderCopiedOverTheNewest_goesOnFromTheOneBefore() throws Exception {
    trainsOnFromTheOneBeforeAsAnotherRun(
        c -> {
          clear(c);
          copy(c.resolveSibling("v000001"), c);
        });
  }

  @Test
  void open_newestRemoved_goesOnFromTheOneBefore() throws Exception {
    trainsOnFromTheOneBeforeAsAnotherRun(
        c -> {
          clear(c);
          Files.delete(c);
        });
  }

  @Test
  void open_newestRemoved_tellsThatSamplesTrainAgain() throws Exception {
    train("a", 16);
    clear(checkpoint("a", 2));
    Files.delete(checkpoint("a", 2));

    told("v2 was announced, and the newest checkpoint that can be gone on from is v1");
  }

  private static void clear(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  @Test
  void open_theBranchKilledBeforeItWasAnnounced_isGoneOnFrom() throws Exception {
    train("a", 16);
    flip(checkpoint("a", 2).resolve("moment"));
    bench.open(directory("a")).close();
    // as if the branch's announcement had not got out
    var records = bench.cluster.records(Topic.MODEL_VERSIONS.topicName()).size();
    bench.cluster.forget(Topic.MODEL_VERSIONS, records - 1);

    bench.open(directory("a")).close();

    assertThat(bench.newest().getVersion()).isEqualTo(3);
    assertThat(bench.newest().getLineage()).isEqualTo("run-1");
    assertThat(bench.health.note()).isEmpty();
  }

  @Test
  void open_numberTakenByAnotherRunMeanwhile_isNotUsed() throws Exception {
    train("a", 8);
    ModelVersion first = bench.newest();
    // v1 was made and not announced, then another directory took the number
    bench.cluster.forget(Topic.MODEL_VERSIONS, 1);
    bench.open(directory("b")).close();
    assertThat(bench.newest().getVersion()).isEqualTo(1);

    told("checkpoint v1 of run 'run-0' is not used: that number is another run's");

    assertThat(bench.newest().getVersion()).isEqualTo(2);
    assertThat(bench.newest().getParent()).isZero();
    assertThat(bench.newest().getManifestSha256()).isNotEqualTo(first.getManifestSha256());
  }

  @Test
  void open_numberTakenByAnotherRunAndAlteredToo_tellsWhatWasFound() throws Exception {
    train("a", 8);
    bench.cluster.forget(Topic.MODEL_VERSIONS, 1);
    bench.open(directory("b")).close();
    flip(checkpoint("a", 1).resolve("moment"));

    told("checkpoint v1 is not used: " + checkpoint("a", 1));
  }

  @Test
  void open_newestCannotBeReadJustNow_beginsNoOtherRun() throws Exception {
    train("a", 16);
    ModelVersion before = bench.newest();
    Path moment = checkpoint("a", 2).resolve("moment");
    Path away = Files.move(moment, root.resolve("away"));
    Files.createSymbolicLink(moment, CheckpointStoreTest.UNREADABLE);

    assertThatThrownBy(() -> bench.open(directory("a")))
        .isInstanceOf(LocalFailureException.class)
        .satisfies(e -> assertThat(Failures.kindOf(e)).isEqualTo(FailureKind.OTHER))
        .hasMessageContaining("checkpoint " + checkpoint("a", 2) + " cannot be read: ");
    assertThat(bench.newest()).isEqualTo(before);

    Files.delete(moment);
    Files.move(away, moment);
    train("a", 8);
    assertThat(bench.newest().getVersion()).isEqualTo(3);
    assertThat(bench.newest().getLineage()).isEqualTo("run-0");
  }

  @Test
  void open_backInAnOlderDirectory_branchesFromItsNewest() throws Exception {
    train("a", 16);
    train("b", 8);
    bench.cluster.compact(Topic.MODEL_VERSIONS);

    bench.open(directory("a")).close();

    assertThat(bench.newest().getVersion()).isEqualTo(7);
    assertThat(bench.newest().getParent()).isEqualTo(2);
    assertThat(bench.newest().getLineageSince()).isEqualTo(7);
    assertThat(bench.newest().getLineage()).isEqualTo("run-2");
  }

  @Test
  void open_everyCheckpointDamaged_isRefusedWithTheRemedy() throws Exception {
    train("a", 8);
    for (int v = 0; v <= 1; v++) {
      flip(checkpoint("a", v).resolve("moment"));
    }

    assertThatThrownBy(() -> bench.open(directory("a")))
        .isInstanceOf(MisconfiguredException.class)
        .hasMessageContaining("none can be gone on from")
        .hasMessageContaining("v1 is not used")
        .hasMessageContaining("v0 is not used")
        .hasMessageContaining("begin anew in another checkpoint-directory");
    assertThat(bench.announced()).hasSize(2);
  }

  @Test
  void open_stoppedWhileItReadsWhatWasAnnounced_decidesNothing() throws Exception {
    train("a", 8);
    bench.running = false;

    assertThatThrownBy(() -> bench.open(directory("b")))
        .isInstanceOf(dev.dataengine.failure.StoppedException.class);
    assertThat(directory("b").resolve("v000000")).doesNotExist();
    bench.running = true;
    bench.open(directory("b")).close();
    assertThat(bench.newest().getVersion()).isEqualTo(2);
  }
}
