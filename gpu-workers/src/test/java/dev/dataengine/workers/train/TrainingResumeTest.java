package dev.dataengine.workers.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.events.ModelVersion;
import dev.dataengine.workers.adapter.PeftFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training that is killed and started again is the training that was left alone. */
class TrainingResumeTest {

  private static final int SAMPLES = 240;

  @TempDir Path root;

  /** Losses that differ by type and rise, so that the guard has something to remember. */
  private static TrainingBench bench() {
    TrainingBench bench = new TrainingBench(1);
    bench.set =
        new FormulaLearner.Setup(
            "base",
            "float32",
            "8",
            (step, rate, sample) ->
                (sample.questionType().equals("hard") ? 2 : 0.3) + 0.01 * step * rate);
    for (int i = 0; i < SAMPLES / 6; i++) {
      bench.write(2, "0.5", "hard", "");
      bench.write(4, "0.5", "easy-" + i % 3, "");
    }
    bench.write(3, "unreadable");
    bench.write(TrainingBench.BATCH, "0.5", "easy-0", "");
    bench.write(TrainingBench.BATCH, "0.5", "easy-1", "");
    return bench;
  }

  private static void train(TrainingBench bench, Path directory, boolean killed) throws Exception {
    long told = 1;
    Training<?> training = bench.open(directory);
    for (int i = 0; i < 4 * SAMPLES / TrainingBench.BATCH; i++) {
      bench.pass(training, 1);
      long newest = bench.newest().getVersion();
      if (killed && newest >= told) {
        // what was configured meanwhile is not what this training goes by
        bench.seed++;
        training.close();
        training = bench.open(directory);
        told = newest + 1;
      }
    }
    training.close();
  }

  /** What a checkpoint is made of, the manifest over it apart. */
  private static Map<String, String> files(Path checkpoint) throws IOException {
    Map<String, String> sums = new TreeMap<>();
    try (Stream<Path> files = Files.list(checkpoint)) {
      for (Path file : files.toList()) {
        sums.put(file.getFileName().toString(), PeftFiles.sha256(file));
      }
    }
    return sums;
  }

  @Test
  void open_afterAKillAtEveryVersion_givesTheSameCheckpointsToTheByte() throws Exception {
    TrainingBench whole = bench();
    train(whole, root.resolve("whole"), false);
    TrainingBench killed = bench();
    train(killed, root.resolve("killed"), true);

    ModelVersion last = whole.newest();
    assertThat(last.getSamplesTrained()).isEqualTo(SAMPLES + 2 * TrainingBench.BATCH);
    assertThat(last.getSamplesSkipped()).isEqualTo(3);
    assertThat(killed.newest().getVersion()).isEqualTo(last.getVersion());
    assertThat(killed.newest().getManifestSha256()).isEqualTo(last.getManifestSha256());
    for (long v = last.getVersion(); v > last.getVersion() - 5; v--) {
      String name = "v%06d".formatted(v);
      assertThat(files(root.resolve("killed").resolve(name)))
          .isEqualTo(files(root.resolve("whole").resolve(name)));
    }
    assertThat(killed.learner().learntFrom()).isEqualTo(whole.learner().learntFrom());
    assertThat(killed.learner().weight()).isEqualTo(whole.learner().weight());
  }

  @Test
  void open_afterARollBack_goesOnWithTheSmallerRateAsTheUninterrupted() throws Exception {
    FormulaLearner.Loss spoilt = (step, rate, sample) -> step > 40 && rate == 1 ? 9 : 0.5;
    TrainingBench whole = bench();
    whole.set = new FormulaLearner.Setup("base", "float32", "8", spoilt);
    train(whole, root.resolve("whole"), false);
    TrainingBench killed = bench();
    killed.set = whole.set;
    train(killed, root.resolve("killed"), true);

    assertThat(whole.counted("rollbacks")).isEqualTo(1);
    assertThat(killed.counted("rollbacks")).isEqualTo(1);
    assertThat(killed.newest().getManifestSha256()).isEqualTo(whole.newest().getManifestSha256());
    assertThat(
            Files.readString(
                root.resolve("killed").resolve(last(killed)).resolve("trainer_state.json")))
        .contains("\"rateFactor\" : 0.5")
        .contains("\"seed\" : 7");
  }

  private static String last(TrainingBench bench) {
    return "v%06d".formatted(bench.newest().getVersion());
  }
}
