package dev.dataengine.workers.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.dataengine.events.ModelVersion;
import dev.dataengine.failure.LocalFailureException;
import dev.dataengine.failure.MisconfiguredException;
import dev.dataengine.workers.adapter.DamagedException;
import dev.dataengine.workers.adapter.Manifest;
import dev.dataengine.workers.adapter.PeftFiles;
import java.io.CharConversionException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Checkpoints of one model: a directory each, {@code v000012}, with the learner's files, {@code
 * trainer_state.json} and the manifest over both. A checkpoint is written aside, forced to the disk
 * and renamed, so a directory of that name is whole whenever the process dies; where it is not, it
 * was torn or altered later, which {@link #look} finds. One trainer has a store at a time.
 */
final class CheckpointStore implements AutoCloseable {

  private static final String STATE = "trainer_state.json";
  private static final String PASSED = "passed.json";
  private static final String UNFINISHED = ".unfinished-";
  private static final String DIRECTORY = "v\\d{6,18}";
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final Path directory;
  private final String model;
  private final int kept;
  private final boolean durable;
  private final CheckpointLock lock;

  private CheckpointStore(
      Path directory, String model, int kept, boolean durable, CheckpointLock lock) {
    this.directory = directory;
    this.model = model;
    this.kept = kept;
    this.durable = durable;
    this.lock = lock;
  }

  /**
   * Opens a store, in a new directory where there is none.
   *
   * @param kept checkpoints that are kept
   * @param durable whether what is written is forced to the disk
   * @throws MisconfiguredException where another trainer has it
   */
  static CheckpointStore open(Path directory, String model, int kept, boolean durable)
      throws IOException {
    Path absolute = Files.createDirectories(directory.toAbsolutePath());
    return new CheckpointStore(absolute, model, kept, durable, CheckpointLock.of(absolute));
  }

  /** What a directory turned out to be. */
  sealed interface Finding {}

  /** A checkpoint as it was written. */
  record Whole(SavedVersion saved) implements Finding {}

  /** A checkpoint that is torn or was altered. */
  record Damaged(String reason) implements Finding {}

  /** Directory of a version. */
  Path directory(long version) {
    return directory.resolve("v%06d".formatted(version));
  }

  /** Where checkpoints are kept. */
  Path directory() {
    return directory;
  }

  /** Numbers of all checkpoints that are there, the newest first. */
  List<Long> versions() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(f -> f.getFileName().toString())
          .filter(name -> name.matches(DIRECTORY))
          .map(name -> Long.parseLong(name.substring(1)))
          .sorted(Comparator.reverseOrder())
          .toList();
    }
  }

  /**
   * Checks a checkpoint: its manifest against what was announced of it, every file against the
   * manifest. Nothing else of it is read before.
   *
   * @param announced the version's announcement, where it is known
   * @throws MisconfiguredException where the directory holds another model's checkpoints
   * @throws LocalFailureException where it could not be read, of which nothing follows about it: an
   *     older checkpoint is not gone on from for a disk that is away
   */
  Finding look(long version, @Nullable ModelVersion announced) {
    try {
      return new Whole(read(version, announced));
    } catch (DamagedException | NoSuchFileException e) {
      return new Damaged(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new LocalFailureException(
          "checkpoint %s cannot be read: %s".formatted(directory(version), e), e);
    }
  }

  private SavedVersion read(long version, @Nullable ModelVersion announced) throws IOException {
    Path checkpoint = directory(version);
    if (!Files.readAttributes(checkpoint, BasicFileAttributes.class).isDirectory()) {
      throw new DamagedException(checkpoint + ": expected a checkpoint's directory, is none");
    }
    @Nullable String expected = announced == null ? null : announced.getManifestSha256();
    if (expected == null && Files.notExists(checkpoint.resolve(Manifest.FILE))) {
      return readOld(version, checkpoint, announced);
    }
    Manifest manifest = Manifest.verify(checkpoint, expected, List.of(STATE));
    if (!manifest.model().equals(model)) {
      throw new MisconfiguredException(
          "checkpoint %s is of model '%s', trainer.model is '%s': give each model a checkpoint-directory of its own"
              .formatted(checkpoint, manifest.model(), model));
    }
    TrainerState state = state(checkpoint);
    Manifest said =
        new Manifest(
            state.model(),
            state.version(),
            state.lineage(),
            state.base(),
            state.precision(),
            manifest.files());
    if (manifest.version() != version || !said.equals(manifest)) {
      throw new DamagedException(
          "%s: expected version %d, got version %d in its manifest and version %d of run '%s' in %s"
              .formatted(
                  checkpoint,
                  version,
                  manifest.version(),
                  state.version(),
                  state.lineage(),
                  STATE));
    }
    if (announced != null) {
      requireAnnounced(checkpoint, announced, state, manifest);
    }
    // the manifest was not asked for its own sum: nothing had announced one
    return new SavedVersion(
        state,
        checkpoint,
        PeftFiles.sha256(checkpoint.resolve(Manifest.FILE)),
        manifest.files().get(PeftFiles.WEIGHTS));
  }

  /** For what was announced without a manifest's sum: the base, or before there were manifests. */
  private static void requireAnnounced(
      Path checkpoint, ModelVersion announced, TrainerState state, Manifest manifest)
      throws IOException {
    @Nullable String adapter = announced.getAdapterSha256();
    boolean base = announced.getAdapterUri() == null;
    if (base != state.isBase()
        || (adapter != null && !adapter.equals(manifest.files().get(PeftFiles.WEIGHTS)))) {
      throw new DamagedException(
          "%s: expected the adapter that was announced, sha256 %s, got %s"
              .formatted(
                  checkpoint,
                  base ? "none since it is the base" : adapter,
                  manifest.files().get(PeftFiles.WEIGHTS)));
    }
  }

  /** A checkpoint from before manifests. */
  private SavedVersion readOld(long version, Path checkpoint, @Nullable ModelVersion announced)
      throws IOException {
    TrainerState state = state(checkpoint);
    if (state.format() >= TrainerState.FORMAT || state.version() != version) {
      throw new DamagedException(
          "%s: expected %s, which is not there, for version %d of format %d"
              .formatted(checkpoint, Manifest.FILE, state.version(), state.format()));
    }
    String adapter = PeftFiles.sha256(checkpoint.resolve(PeftFiles.WEIGHTS));
    @Nullable String expected = announced == null ? null : announced.getAdapterSha256();
    if (expected != null && !expected.equals(adapter)) {
      throw new DamagedException(
          "%s: expected the announced sha256 %s, got %s"
              .formatted(checkpoint.resolve(PeftFiles.WEIGHTS), expected, adapter));
    }
    return new SavedVersion(state.of(model), checkpoint, null, adapter);
  }

  private static TrainerState state(Path checkpoint) throws IOException {
    Path file = checkpoint.resolve(STATE);
    byte[] bytes = Files.readAllBytes(file);
    @Nullable TrainerState state;
    try {
      state = JSON.readValue(bytes, TrainerState.class);
    } catch (IOException e) {
      throw new DamagedException(file + ": expected a training's state, got: " + e.getMessage(), e);
    }
    if (state == null) {
      throw new DamagedException(file + ": expected a training's state, got: null");
    }
    return state;
  }

  /**
   * Checks a checkpoint that was whole once more, before it is read again.
   *
   * @throws IOException where it was altered since
   */
  void verify(SavedVersion saved) throws IOException {
    if (saved.manifestSha256() != null) {
      Manifest.verify(saved.directory(), saved.manifestSha256(), List.of());
    }
  }

  /** Writes a checkpoint and removes the oldest ones. */
  SavedVersion write(TrainerState state, Learner<?> learner) throws IOException {
    removeUnfinished();
    Path target = directory(state.version());
    if (Files.exists(target)) {
      throw new MisconfiguredException(
          target + " is there already, and a version never changes: something else writes to it");
    }
    // with the permissions of any directory: an evaluator may be another user
    Path aside = Files.createDirectory(directory.resolve(UNFINISHED + target.getFileName()));
    learner.write(aside);
    Files.write(aside.resolve(STATE), JSON.writeValueAsBytes(state));
    Manifest manifest =
        new Manifest(
                state.model(),
                state.version(),
                state.lineage(),
                state.base(),
                state.precision(),
                Map.of())
            .over(aside);
    String sha256 = manifest.write(aside);
    forceAll(aside);
    Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
    force(directory, StandardOpenOption.READ);
    removeOld();
    return new SavedVersion(state, target, sha256, manifest.files().get(PeftFiles.WEIGHTS));
  }

  /** Remembers what was left behind since the newest checkpoint. */
  void write(Passed passed) throws IOException {
    Path aside = directory.resolve(UNFINISHED + PASSED);
    Files.write(aside, JSON.writeValueAsBytes(passed));
    force(aside, StandardOpenOption.WRITE);
    Files.move(aside, directory.resolve(PASSED), StandardCopyOption.ATOMIC_MOVE);
  }

  /** What was left behind since a checkpoint, if that is known. */
  Optional<Passed> passed(TrainerState since) throws IOException {
    try {
      byte[] bytes = Files.readAllBytes(directory.resolve(PASSED));
      return Optional.ofNullable(JSON.readValue(bytes, Passed.class)).filter(p -> p.isSince(since));
    } catch (NoSuchFileException | JsonProcessingException | CharConversionException e) {
      // it only saves doing again what was refused already
      return Optional.empty();
    }
  }

  private void removeOld() throws IOException {
    for (long old : versions().stream().skip(kept).toList()) {
      delete(directory(old));
    }
  }

  private void removeUnfinished() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file :
          files.filter(f -> f.getFileName().toString().startsWith(UNFINISHED)).toList()) {
        delete(file);
      }
    }
  }

  private static void delete(Path tree) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private void forceAll(Path aside) throws IOException {
    try (Stream<Path> files = Files.list(aside)) {
      for (Path file : files.toList()) {
        force(file, StandardOpenOption.WRITE);
      }
    }
    force(aside, StandardOpenOption.READ);
  }

  private void force(Path path, StandardOpenOption option) throws IOException {
    if (durable) {
      try (FileChannel channel = FileChannel.open(path, option)) {
        channel.force(true);
      }
    }
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
