package dev.dataengine.workers.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dataengine.events.ModelVersion;
import dev.dataengine.failure.FailureKind;
import dev.dataengine.failure.Failures;
import dev.dataengine.failure.MisconfiguredException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may go on in a directory, and with what. */
class TrainingRefusalTest {

  @TempDir Path directory;
  private final TrainingBench bench = new TrainingBench(1);

  private void set(String base, String precision, String rank) {
    bench.set = new FormulaLearner.Setup(base, precision, rank, bench.set.loss());
  }

  @Test
  void open_anotherBase_isRefusedWithBothAndTheRemedy() throws Exception {
    bench.open(directory).close();
    set("another", "float32", "8");

    assertThatThrownBy(() -> bench.open(directory))
        .isInstanceOf(MisconfiguredException.class)
        .hasMessageContaining("another base model (sha256 base, now another)")
        .hasMessageContaining("restore that trainer.model-directory");
    // a former way to compute the identity is no excuse for a checkpoint of today
    set("se", "float32", "8");
    assertThatThrownBy(() -> bench.open(directory)).isInstanceOf(MisconfiguredException.class);
  }

  @Test
  void open_anotherPrecision_isRefusedWithBothAndTheRemedy() throws Exception {
    bench.open(directory).close();
    set("base", "bfloat16", "8");

    assertThatThrownBy(() -> bench.open(directory))
        .isInstanceOf(MisconfiguredException.class)
        .hasMessageContaining("was trained in float32, trainer.precision is bfloat16")
        .hasMessageContaining("set it to float32 or auto");
  }

  @Test
  void open_whatTheLearnerRefuses_endsItAndClosesWhatWasOpened() throws Exception {
    bench.open(directory).close();
    set("base", "float32", "4");

    assertThatThrownBy(() -> bench.open(directory)).hasMessageContaining("another rank");

    assertThat(bench.learner().isClosed()).isTrue();
    set("base", "float32", "8");
    bench.open(directory).close();
  }

  @Test
  void open_anotherModelsDirectory_isRefused() throws Exception {
    bench.open(directory).close();
    bench.model = "other";

    assertThatThrownBy(() -> bench.open(directory))
        .isInstanceOf(MisconfiguredException.class)
        .hasMessageContaining("is of model 'tiny', trainer.model is 'other'");
  }

  @Test
  void open_directoryInUse_saysByWhomAndEnds() throws Exception {
    try (Training<?> first = bench.open(directory)) {
      assertThatThrownBy(() -> bench.open(directory))
          .isInstanceOf(MisconfiguredException.class)
          .hasMessageContaining(
              "another trainer, in process " + ProcessHandle.current().pid() + ", works in it");
      bench.write(8, "0.5");
      // the first is not fenced by one that was refused
      bench.pass(first, 6);
      assertThat(bench.newest().getVersion()).isEqualTo(1);
    }
    bench.open(directory).close();
  }

  @Test
  void step_anotherWorkerElsewhere_publishesNothingMore(@TempDir Path elsewhere) throws Exception {
    try (Training<?> first = bench.open(directory)) {
      bench.write(8, "0.5");
      bench.worker = "trainer-1";
      try (Training<?> second = bench.open(elsewhere)) {
        assertThatThrownBy(() -> bench.pass(first, 6))
            .isInstanceOf(VersionPublisher.FencedException.class);
        bench.pass(second, 6);
      }
    }
    assertThat(bench.announced()).extracting(ModelVersion::getVersion).containsExactly(0L, 1L, 2L);
    assertThat(bench.announced())
        .extracting(ModelVersion::getLineage)
        .containsExactly("run-0", "run-1", "run-1");
  }

  @Test
  void step_sameWorkerNameElsewhere_endsWithTheReason(@TempDir Path elsewhere) throws Exception {
    try (Training<?> first = bench.open(directory);
        Training<?> second = bench.open(elsewhere)) {
      bench.pass(second, 1);
      assertThatThrownBy(first::step)
          .satisfies(e -> assertThat(Failures.kindOf(e)).isEqualTo(FailureKind.MISCONFIGURED))
          .hasMessageContaining("another trainer named 'trainer-0' has joined the group");
    }
  }

  /** A checkpoint as the first release wrote them. */
  private void old(String adapter) throws Exception {
    Path checkpoint = Files.createDirectories(directory.resolve("v000002"));
    Files.writeString(checkpoint.resolve("adapter_model.safetensors"), adapter);
    Files.writeString(checkpoint.resolve("moment"), "0x1.0p0");
    Files.writeString(checkpoint.resolve("rank"), "8");
    Files.writeString(
        checkpoint.resolve("trainer_state.json"),
        """
        {
          "version" : 2,
          "base" : "former-base",
          "steps" : 4,
          "offsets" : {"0" : 8},
          "samplesTrained" : 8,
          "samplesByType" : {"type" : 8},
          "samplesSkipped" : 0,
          "trainingMillis" : 12,
          "trainingLoss" : 0.25,
          "bestLoss" : 0.2,
          "createdAt" : "2026-11-23T10:00:00.123Z"
        }
        """);
  }

  @Test
  void open_checkpointOfTheOldFormat_goesOnInTheRunWithoutAName() throws Exception {
    bench.write(8, "0.5");
    old("0x1.8p1\ns0 s1 s2 s3 s4 s5 s6 s7");

    try (Training<?> training = bench.open(directory)) {
      ModelVersion old = bench.newest();
      assertThat(old.getModel()).isEqualTo("tiny");
      assertThat(old.getLineage()).isEmpty();
      assertThat(old.getParent()).isEqualTo(1);
      assertThat(old.getBase()).isEqualTo("former-base");
      assertThat(old.getPrecision()).isEmpty();
      assertThat(old.getManifestSha256()).isNull();
      assertThat(old.getAdapterSha256()).isNotNull();
      bench.write(8, "0.5");
      bench.pass(training, 6);
    }

    ModelVersion next = bench.newest();
    assertThat(next.getVersion()).isEqualTo(3);
    assertThat(next.getParent()).isEqualTo(2);
    assertThat(next.getLineage()).isEmpty();
    assertThat(next.getLineageSince()).isZero();
    assertThat(next.getBase()).isEqualTo("base");
    assertThat(next.getPrecision()).isEqualTo("float32");
    assertThat(next.getManifestSha256()).isNotNull();
    assertThat(next.getSteps()).isEqualTo(6);
    assertThat(next.getSamplesTrained()).isEqualTo(16);
    assertThat(next.getSamplesByType()).isEqualTo(Map.of("type", 16L));
    assertThat(bench.learner().learntFrom()).hasSize(16).doesNotHaveDuplicates();
    // which topic it read is not said by the old one, and by the next
    assertThat(Files.readString(directory.resolve("v000003").resolve("trainer_state.json")))
        .contains("\"samplesTopic\" : \"" + bench.cluster.id("vqa-samples") + '"');
    bench.open(directory).close();
    assertThat(bench.newest()).isEqualTo(next);
  }

  @Test
  void open_oldCheckpointThatIsNotWhatWasAnnounced_isNotUsed() throws Exception {
    old("0x1.8p1\ns0 s1");
    bench.open(directory).close();
    old("0x1.9p1\ns0 s1");

    assertThatThrownBy(() -> bench.open(directory))
        .isInstanceOf(MisconfiguredException.class)
        .hasMessageContaining("expected the announced sha256");
  }
}
