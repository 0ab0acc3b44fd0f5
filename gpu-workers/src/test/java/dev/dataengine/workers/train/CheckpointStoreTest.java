package dev.dataengine.workers.train;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dataengine.events.ModelVersion;
import dev.dataengine.failure.LocalFailureException;
import dev.dataengine.failure.MisconfiguredException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointStoreTest {

  @TempDir Path directory;
  private CheckpointStore store;
  private final FormulaLearner learner =
      new FormulaLearner(
          new FormulaLearner.Setup("base", "float32", "8", (step, rate, sample) -> 1),
          new Learner.Recorded(null, 1));

  @BeforeEach
  void open() throws IOException {
    store = CheckpointStore.open(directory, "tiny", 2, true);
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  /** No field has the value that it would have if it was not written. */
  private static TrainerState state(long version) {
    return new TrainerState(
        2,
        "tiny",
        version,
        "run",
        1,
        version - 1,
        "base",
        "float32",
        77L,
        10 * version,
        "topic",
        Map.of(0, 5 * version, 3, 7L),
        320 * version,
        Map.of("image_scene", 320 * version),
        version,
        1_234,
        0.1 + 1e-17 + version,
        2e-4,
        0.25,
        new GuardMemory(
            1.0 / 3,
            2.0 / 3,
            Map.of("image_scene", new GuardMemory.TypeLosses(List.of(0.1, 1.0 / 7), 0.7, 3))),
        Instant.parse("2026-11-23T10:00:00.123Z"));
  }

  private static SavedVersion whole(CheckpointStore.Finding finding) {
    assertThat(finding).isInstanceOf(CheckpointStore.Whole.class);
    return ((CheckpointStore.Whole) finding).saved();
  }

  @Test
  void look_afterSeveralWrites_isEachAsWritten() throws IOException {
    List<SavedVersion> written = new java.util.ArrayList<>();
    for (long version = 2; version < 6; version++) {
      written.add(store.write(state(version), learner));
    }

    assertThat(store.versions()).containsExactly(5L, 4L);
    assertThat(whole(store.look(5, null))).isEqualTo(written.get(3));
    assertThat(whole(store.look(4, null))).isEqualTo(written.get(2));
    assertThat(whole(store.look(5, null)).state()).isEqualTo(state(5));
    assertThat(store.directory(3)).doesNotExist();
  }

  /** An evaluator may be another user than the trainer. */
  @Test
  void write_directory_hasThePermissionsOfAnyOther() throws IOException {
    SavedVersion saved = store.write(state(2), learner);

    assertThat(Files.getPosixFilePermissions(saved.directory()))
        .isEqualTo(
            Files.getPosixFilePermissions(Files.createDirectory(directory.resolve("another"))));
  }

  private ModelVersion announced(
      @Nullable String manifest, @Nullable String adapter, boolean base) {
    ModelVersion version = AnnouncementsTest.version(2, "run", 1);
    version.setManifestSha256(manifest);
    version.setAdapterSha256(adapter);
    version.setAdapterUri(base ? null : "file:///somewhere");
    return version;
  }

  @Test
  void look_againstWhatWasAnnounced_isWholeOnlyIfItIsThat() throws IOException {
    SavedVersion saved = store.write(state(2), learner);
    String manifest = saved.manifestSha256();
    String adapter = saved.adapterSha256();

    for (ModelVersion same :
        List.of(
            announced(manifest, adapter, false),
            announced(manifest, null, false),
            announced(null, adapter, false),
            announced(null, null, false))) {
      assertThat(store.look(2, same)).isInstanceOf(CheckpointStore.Whole.class);
    }
    for (ModelVersion other :
        List.of(
            announced("0".repeat(64), adapter, false),
            announced(manifest, "0".repeat(64), false),
            announced(null, "0".repeat(64), false),
            announced(null, null, true))) {
      assertThat(store.look(2, other)).isInstanceOf(CheckpointStore.Damaged.class);
    }
    Files.delete(saved.directory().resolve("manifest.json"));
    assertThat(store.look(2, null)).isInstanceOf(CheckpointStore.Damaged.class);
    assertThat(store.look(2, announced(null, adapter, false)))
        .isInstanceOf(CheckpointStore.Damaged.class);
  }

  /** A file that is there, and whose reading is an input/output error of the system. */
  static final Path UNREADABLE = Path.of("/proc/self/mem");

  @Test
  void look_anyFileThatCannotBeReadJustNow_isNoDamage() throws IOException {
    SavedVersion saved = store.write(state(2), learner);
    for (String name : List.of("manifest.json", "trainer_state.json", "moment")) {
      Path file = saved.directory().resolve(name);
      Path aside = Files.move(file, directory.resolve("aside"));
      Files.createSymbolicLink(file, UNREADABLE);
      assertThatThrownBy(() -> store.look(2, null))
          .as(name)
          .isInstanceOf(LocalFailureException.class)
          .hasMessageContaining("v000002 cannot be read: ");
      // nor where not even its attributes can be asked for
      Files.delete(file);
      Files.createSymbolicLink(file, file);
      assertThatThrownBy(() -> store.look(2, null))
          .as(name)
          .isInstanceOf(LocalFailureException.class);
      Files.delete(file);
      assertThat(store.look(2, null)).as(name).isInstanceOf(CheckpointStore.Damaged.class);
      Files.createDirectory(file);
      if (!name.equals("manifest.json")) {
        assertThat(store.look(2, null)).as(name).isInstanceOf(CheckpointStore.Damaged.class);
      }
      Files.delete(file);
      Files.move(aside, file);
    }
    assertThat(whole(store.look(2, null))).isEqualTo(saved);
  }

  @Test
  void look_whatIsNoText_isDamaged() throws IOException {
    SavedVersion saved = store.write(state(2), learner);
    // the mark of UTF-32, and half a letter of it
    byte[] torn = {0, 0, (byte) 0xfe, (byte) 0xff, 0, 0, 0};
    Files.write(saved.directory().resolve("manifest.json"), torn);
    assertThat(store.look(2, null)).isInstanceOf(CheckpointStore.Damaged.class);

    Files.delete(saved.directory().resolve("manifest.json"));
    for (byte[] bytes : List.of(torn, "null".getBytes(UTF_8), "{".getBytes(UTF_8))) {
      Files.write(saved.directory().resolve("trainer_state.json"), bytes);
      assertThat(store.look(2, null)).isInstanceOf(CheckpointStore.Damaged.class);
    }
    Files.writeString(directory.resolve("v000003"), "");
    assertThat(store.look(3, null)).isInstanceOf(CheckpointStore.Damaged.class);
  }

  @Test
  void passed_thatCannotBeReadJustNow_isNotTakenForNone() throws IOException {
    Files.createSymbolicLink(directory.resolve("passed.json"), UNREADABLE);

    assertThatThrownBy(() -> store.passed(state(2))).isInstanceOf(IOException.class);
  }

  @Test
  void look_baseAnnouncedAsTheBase_isWhole() throws IOException {
    TrainerState begun = ProgressTest.initial();
    store.write(begun, learner);
    ModelVersion base = AnnouncementsTest.version(5, "run", 5);

    assertThat(begun.isBase()).isTrue();
    assertThat(whole(store.look(5, base)).state()).isEqualTo(begun);
    assertThat(begun.branch(6, "next", begun.createdAt()).isBase()).isFalse();
    assertThat(state(1).isBase()).isFalse();
  }

  @Test
  void write_whatALearnerThatFailedLeft_isGoneWithTheNext() throws IOException {
    FormulaLearner failing =
        new FormulaLearner(
            new FormulaLearner.Setup("base", "float32", "8", (step, rate, sample) -> 1),
            new Learner.Recorded(null, 1)) {
          @Override
          public void write(Path aside) throws IOException {
            super.write(aside);
            throw new IOException("no space left");
          }
        };
    assertThatThrownBy(() -> store.write(state(2), failing)).hasMessage("no space left");
    assertThat(store.versions()).isEmpty();

    store.write(state(2), learner);

    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("lock", "v000002");
    }
  }

  @Test
  void versions_afterAWriteThatWasKilled_areThoseBefore() throws IOException {
    store.write(state(2), learner);
    Path unfinished = Files.createDirectory(directory.resolve(".unfinished-1"));
    Files.writeString(unfinished.resolve("trainer_state.json"), "{\"version\":");

    assertThat(store.versions()).containsExactly(2L);

    store.write(state(3), learner);
    assertThat(unfinished).doesNotExist();
  }

  @Test
  void versions_othersFilesBeside_areNotHeeded() throws IOException {
    Files.writeString(directory.resolve("images.cache"), "");
    Files.createDirectory(directory.resolve("v12"));
    Files.createDirectory(directory.resolve("v0000001234567890123456789"));
    Files.createDirectory(directory.resolve("v000007"));

    assertThat(store.versions()).containsExactly(7L);
    assertThat(store.look(7, null)).isInstanceOf(CheckpointStore.Damaged.class);
  }

  @Test
  void write_versionThatIsThere_isRefused() throws IOException {
    store.write(state(2), learner);

    assertThatThrownBy(() -> store.write(state(2), learner))
        .isInstanceOf(MisconfiguredException.class)
        .hasMessageContaining("v000002 is there already");
  }

  @Test
  void verify_alteredSince_isRefused() throws IOException {
    SavedVersion saved = store.write(state(2), learner);
    store.verify(saved);
    Files.writeString(saved.directory().resolve("moment"), "0");

    assertThatThrownBy(() -> store.verify(saved)).hasMessageContaining("moment");
  }

  @Test
  void passed_sinceTheCheckpoint_isReadBackAndNotSinceAnother() throws IOException {
    TrainerState state = state(2);
    Passed passed = new Passed(2, "run", "topic", Map.of(0, 12L, 3, 7L, 4, 1L), 3);
    assertThat(store.passed(state)).isEmpty();
    store.write(passed);

    assertThat(store.passed(state)).contains(passed);
    assertThat(store.passed(state(3))).isEmpty();
    assertThat(state.passing(passed).offsets()).isEqualTo(passed.offsets());
    assertThat(state.passing(passed).samplesSkipped()).isEqualTo(3);
    assertThat(state.passing(passed).samplesTrained()).isEqualTo(640);
  }

  /** Offsets of one topic are not measured by those of another. */
  @Test
  void passed_inATopicThatWasMadeAnew_isHeededThoughItsOffsetsAreSmaller() throws IOException {
    Passed passed = new Passed(2, "run", "another topic", Map.of(0, 1L), 3);
    store.write(passed);

    assertThat(store.passed(state(2))).contains(passed);
    assertThat(state(2).passing(passed).samplesTopic()).isEqualTo("another topic");
    // one from before topics were named goes by its offsets
    store.write(new Passed(2, "run", "", Map.of(0, 1L), 3));
    assertThat(store.passed(state(2))).isEmpty();
    Passed old = new Passed(2, "run", "", Map.of(0, 12L, 3, 7L), 3);
    store.write(old);
    assertThat(store.passed(state(2))).contains(old);
    assertThat(state(2).passing(old).samplesTopic()).isEqualTo("topic");
  }

  @Test
  void reading_anotherTopic_beginsAtItsBeginningAndKeepsTheRest() {
    TrainerState state = state(2);
    TrainerState other = state.reading("other");

    assertThat(other.offsets()).isEmpty();
    assertThat(other.samplesTopic()).isEqualTo("other");
    assertThat(other.samplesTrained()).isEqualTo(640);
    Passed back = new Passed(2, "run", "topic", state.offsets(), state.samplesSkipped());
    assertThat(other.passing(back)).isEqualTo(state);
  }

  @Test
  void reading_theSameOrWhatNobodyNames_goesOnBehindTheOffsets() {
    TrainerState state = state(2);
    TrainerState begun = ProgressTest.initial();

    assertThat(state.reading("topic")).isEqualTo(state);
    assertThat(state.reading("")).isEqualTo(state);
    Passed read = new Passed(5, "run", "", Map.of(0, 3L), 1);
    assertThat(begun.passing(read).reading("topic").offsets()).isEqualTo(Map.of(0, 3L));
    assertThat(begun.passing(read).reading("topic").samplesTopic()).isEqualTo("topic");
  }

  @Test
  void passed_thatIsNoFurther_isNotHeeded() throws IOException {
    for (Passed bad :
        List.of(
            new Passed(2, "another", "topic", Map.of(0, 12L, 3, 7L), 3),
            new Passed(2, "run", "topic", Map.of(0, 9L, 3, 7L), 3),
            new Passed(2, "run", "topic", Map.of(0, 12L), 3),
            new Passed(2, "run", "topic", Map.of(0, 12L, 3, 7L), 1))) {
      store.write(bad);
      assertThat(store.passed(state(2))).isEmpty();
    }
    Files.writeString(directory.resolve("passed.json"), "{");
    assertThat(store.passed(state(2))).isEmpty();
  }

  @Test
  void under_anotherConfiguredRate_forgetsTheSmallerOneThatWasFound() {
    Learner.Identity identity = new Learner.Identity("name", "b2", Set.of(), "bfloat16");
    TrainerState same = state(2).under(identity, new TrainerState.Settings(9, 2e-4));
    TrainerState other = state(2).under(identity, new TrainerState.Settings(9, 1e-4));

    assertThat(same.rateFactor()).isEqualTo(0.25);
    assertThat(other.rateFactor()).isEqualTo(1);
    assertThat(other.learningRate()).isEqualTo(1e-4);
    assertThat(other.seed()).isEqualTo(77);
    assertThat(other.base()).isEqualTo("b2");
    assertThat(other.precision()).isEqualTo("bfloat16");
    assertThat(other.guard()).isEqualTo(state(2).guard());
  }
}
