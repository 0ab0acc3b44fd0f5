package dev.dataengine.workers.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.dataengine.workers.adapter.AdapterLayout;
import dev.dataengine.workers.adapter.PeftFiles;
import dev.dataengine.workers.tensor.SafeTensors;
import dev.dataengine.workers.tensor.SafeTensorsWriter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Checkpoints of one model: a directory each, {@code v000012}, with the adapter in PEFT's format,
 * Adam's moments and {@code trainer_state.json}. A checkpoint is written aside, forced to the disk
 * and renamed, so a directory of that name is whole whenever the process dies.
 */
final class CheckpointStore {

  private static final String STATE = "trainer_state.json";
  private static final String MOMENTS = "optimizer.safetensors";
  private static final String UNFINISHED = ".unfinished-";
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .build();

  private final Path directory;
  private final int kept;

  CheckpointStore(Path directory, int kept) {
    this.directory = directory;
    this.kept = kept;
  }

  /**
   * A checkpoint as read.
   *
   * @param state counts and offsets
   * @param values the adapter's values
   * @param firstMoment Adam's first moment
   * @param secondMoment Adam's second moment
   */
  record Saved(TrainerState state, float[] values, float[] firstMoment, float[] secondMoment) {}

  /** Directory of a version. */
  Path directory(long version) {
    return directory.resolve("v%06d".formatted(version));
  }

  void write(Saved saved, AdapterLayout layout, String baseModel) throws IOException {
    Files.createDirectories(directory);
    removeUnfinished();
    Path target = directory(saved.state().version());
    Path aside = Files.createTempDirectory(directory, UNFINISHED);
    PeftFiles.write(aside, layout, saved.values(), baseModel);
    new SafeTensorsWriter()
        .add("exp_avg", saved.firstMoment(), saved.firstMoment().length)
        .add("exp_avg_sq", saved.secondMoment(), saved.secondMoment().length)
        .write(aside.resolve(MOMENTS));
    JSON.writeValue(aside.resolve(STATE).toFile(), saved.state());
    try (Stream<Path> files = Files.list(aside)) {
      for (Path file : files.toList()) {
        force(file, StandardOpenOption.WRITE);
      }
    }
    force(aside, StandardOpenOption.READ);
    Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
    force(directory, StandardOpenOption.READ);
    removeOld();
  }

  /** The newest checkpoint. */
  Optional<Saved> latest(AdapterLayout layout) throws IOException {
    List<Path> all = all();
    if (all.isEmpty()) {
      return Optional.empty();
    }
    Path newest = all.get(all.size() - 1);
    TrainerState state = JSON.readValue(newest.resolve(STATE).toFile(), TrainerState.class);
    SafeTensors moments = SafeTensors.open(newest.resolve(MOMENTS));
    SafeTensors adapter = SafeTensors.open(newest.resolve(PeftFiles.WEIGHTS));
    return Optional.of(
        new Saved(
            state,
            values(newest, adapter, layout),
            moment(newest, moments, "exp_avg", layout),
            moment(newest, moments, "exp_avg_sq", layout)));
  }

  private static float[] values(Path checkpoint, SafeTensors adapter, AdapterLayout layout)
      throws IOException {
    float[] values = new float[layout.size()];
    int at = 0;
    for (AdapterLayout.Slot slot : layout.slots()) {
      if (slot.size() > 0) {
        float[] part = tensor(checkpoint, adapter, slot.name(), slot.size());
        System.arraycopy(part, 0, values, at, part.length);
        at += part.length;
      }
    }
    return values;
  }

  private static float[] moment(
      Path checkpoint, SafeTensors file, String name, AdapterLayout layout) throws IOException {
    return tensor(checkpoint, file, name, layout.size());
  }

  private static float[] tensor(Path checkpoint, SafeTensors file, String name, int size)
      throws IOException {
    SafeTensors.Entry entry = file.tensors().get(name);
    float[] values = entry == null ? new float[0] : entry.floats();
    if (values.length != size) {
      throw new IOException(
          "checkpoint %s: tensor '%s': expected %d values, got %d; it was made with another lora configuration: restore that, or begin anew in another checkpoint-directory"
              .formatted(checkpoint, name, size, values.length));
    }
    return values;
  }

  private List<Path> all() throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(f -> f.getFileName().toString().matches("v\\d{6,}"))
          .sorted(
              Comparator.comparingLong(
                  f -> Long.parseLong(f.getFileName().toString().substring(1))))
          .toList();
    }
  }

  private void removeOld() throws IOException {
    List<Path> all = all();
    for (Path old : all.subList(0, Math.max(0, all.size() - kept))) {
      delete(old);
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

  private static void force(Path path, StandardOpenOption option) throws IOException {
    try (FileChannel channel = FileChannel.open(path, option)) {
      channel.force(true);
    }
  }
}
